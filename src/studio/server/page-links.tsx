import type { View } from '../session/open-file.ts';
import { useStudio } from '../session/studio.ts';

const PAGES: readonly { readonly view: View; readonly label: string }[] = [
  { view: 'site', label: 'Site' },
  { view: 'database', label: 'Database' },
  { view: 'visitors', label: 'Visitors' },
];

/** The pages of the server tab. */
export function PageLinks() {
  const { openFile, session } = useStudio();
  const visitors = session.visitors.value;
  const path = openFile.path.value;
  return (
    <nav class="page-links" aria-label="Pages">
      {PAGES.map(({ view, label }) => (
        <a
          key={view}
          href={view === 'site' ? `#${encodeURIComponent(path ?? '')}` : `#/${view}`}
          aria-current={openFile.view.value === view ? 'page' : undefined}
          onClick={(event) => {
            if (event.ctrlKey || event.metaKey || event.shiftKey) return;
            // Without another entry in the history: going back would leave the server.
            event.preventDefault();
            openFile.show(view);
          }}
        >
          {label}
          {view === 'visitors' && visitors > 0 && (
            <span class="page-count numbers" aria-hidden="true">
              {visitors}
            </span>
          )}
        </a>
      ))}
    </nav>
  );
}
