import { BookOpen, Compass, FilePlus, FileText, type IconNode } from 'lucide';
import { Icon } from '../elements/icon.tsx';
import type { NamedFile } from '../files/names/file-path.ts';
import { useStudio } from '../session/studio.ts';

interface FirstStepsProps {
  readonly serving: boolean;
  readonly files: readonly NamedFile[];
}

/** What makes a site's first page, the likeliest first. */
const START_FILES = ['index.html', 'routes/index.ts', 'server.ts'];

/** What the area says while no file is open. */
export function FirstSteps({ serving, files }: FirstStepsProps) {
  const { openFile, commands } = useStudio();
  const start = START_FILES.flatMap((name) => files.find((file) => file.name === name) ?? [])[0];
  const create = commands.all.value.find((command) => command.id === 'files.new');
  const tour = commands.all.value.find((command) => command.id === 'help.tour');
  return (
    <div class="first-steps">
      <div class="first-steps-head">
        <h2>{serving ? 'Your server is running in this tab' : 'Your server is not running'}</h2>
        <p>
          {serving
            ? 'The site is online as long as this tab is open.'
            : 'You can still change the files.'}
        </p>
      </div>
      <div class="first-steps-ways">
        {start && (
          <button type="button" class="way" onClick={() => openFile.open(start.path)}>
            <WayText icon={FileText} title={`Change ${start.name}`}>
              Open the file and write in it.
            </WayText>
          </button>
        )}
        {create && (
          <button type="button" class="way" onClick={() => create.run()}>
            <WayText icon={FilePlus} title="Begin a file">
              A page, a style sheet, or code that answers requests.
            </WayText>
          </button>
        )}
        {tour && (
          <button type="button" class="way" onClick={() => tour.run()}>
            <WayText icon={Compass} title="Take the tour">
              What is where, in a minute.
            </WayText>
          </button>
        )}
        <a class="way" href="/learn/hello-world" target="_blank" rel="noopener">
          <WayText icon={BookOpen} title="Take the tutorial">
            “Hello, world.” in six steps.
          </WayText>
        </a>
      </div>
      <ol class="first-steps-list">
        <li>Choose a file on the left and change it. Your changes are kept as a draft.</li>
        <li>
          Press <kbd>Ctrl</kbd> <kbd>S</kbd> (<kbd>⌘</kbd> <kbd>S</kbd> on a Mac) to make them live.
        </li>
        <li>
          <strong>Open Browser</strong> shows the site as a visitor sees it. Send the address beside
          it to anybody.
        </li>
      </ol>
    </div>
  );
}

interface WayTextProps {
  readonly icon: IconNode;
  readonly title: string;
  readonly children: string;
}

function WayText({ icon, title, children }: WayTextProps) {
  return (
    <>
      <Icon node={icon} size={22} />
      <span class="way-text">
        <strong>{title}</strong>
        <span>{children}</span>
      </span>
    </>
  );
}
