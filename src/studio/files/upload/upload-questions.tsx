import { Dialog } from '../../elements/dialog.tsx';
import { countFiles } from '../../elements/wording.ts';
import type { Uploader, UploadStatus } from './uploader.ts';

/** Names shown of those that are there already. */
const SHOWN_NAMES = 5;

/** What an upload asks, if it does. */
export function UploadQuestions({ uploader }: { readonly uploader: Uploader }) {
  const status = uploader.status.value;
  if (status.kind === 'asking-to-replace') return <ReplaceDialog status={status} />;
  if (status.kind === 'asking-about-zip') return <ZipDialog status={status} />;
  return null;
}

type Asking<Kind> = { readonly status: Extract<UploadStatus, { kind: Kind }> };

function ReplaceDialog({ status }: Asking<'asking-to-replace'>) {
  const { taken, count, answer } = status;
  const more = taken.length - SHOWN_NAMES;
  const title =
    taken.length === 1
      ? 'This file is there already'
      : `${taken.length} of ${countFiles(count)} are there already`;
  return (
    <Dialog title={title} onClose={() => answer(undefined)}>
      <ul class="taken-names">
        {taken.slice(0, SHOWN_NAMES).map((path) => (
          <li key={path}>{path}</li>
        ))}
        {more > 0 && <li>and {more} more</li>}
      </ul>
      <div class="button-row end">
        <button type="button" class="button" onClick={() => answer(undefined)}>
          Cancel
        </button>
        <button type="button" class="button" onClick={() => answer('skip')}>
          Skip
        </button>
        <button type="button" class="button" onClick={() => answer('keep-both')}>
          Keep both
        </button>
        <button type="button" class="button primary" onClick={() => answer('replace')}>
          Replace
        </button>
      </div>
    </Dialog>
  );
}

function ZipDialog({ status }: Asking<'asking-about-zip'>) {
  const { name, answer } = status;
  return (
    <Dialog title={`Unpack ${name}?`} onClose={() => answer(undefined)}>
      <p>Its files can be put on the site, or the zip itself, for visitors to download.</p>
      <div class="button-row end">
        <button type="button" class="button" onClick={() => answer(undefined)}>
          Cancel
        </button>
        <button type="button" class="button" onClick={() => answer('file')}>
          Put it as a file
        </button>
        <button type="button" class="button primary" onClick={() => answer('unpack')}>
          Unpack
        </button>
      </div>
    </Dialog>
  );
}
