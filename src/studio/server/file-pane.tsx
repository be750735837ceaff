import type { ReadonlySignal } from '@preact/signals';
import type { SiteLogEntry, SiteStore } from '../host.ts';
import type { FileActions } from '../state/file-actions.ts';
import { kindOfFile, MAX_EDITABLE_BYTES } from '../state/file-kind.ts';
import type { NamedFile } from '../state/file-path.ts';
import type { OpenPlace } from '../state/open-file.ts';
import { FilePreview } from './file-preview.tsx';
import { FirstSteps } from './first-steps.tsx';
import { TextPane } from './text-pane.tsx';

interface FilePaneProps {
  /** The open file; undefined when none is. */
  readonly file: NamedFile | undefined;
  /** What keeps the file's code from running. */
  readonly error: SiteLogEntry | undefined;
  /** Where in which file the reader wants to be. */
  readonly place: ReadonlySignal<OpenPlace | undefined>;
  readonly serverName: string;
  /** False when something keeps this tab from serving the site. */
  readonly serving: boolean;
  readonly store: SiteStore;
  readonly actions: FileActions;
}

/** The open file, in the way that suits it. */
export function FilePane({
  file,
  error,
  place,
  serverName,
  serving,
  store,
  actions,
}: FilePaneProps) {
  if (!file) return <FirstSteps serving={serving} />;
  const kind = kindOfFile(file.path, file.type);
  if (kind === 'text' && file.size <= MAX_EDITABLE_BYTES) {
    return (
      <TextPane
        key={file.path}
        file={file}
        error={error}
        place={place}
        serverName={serverName}
        store={store}
        actions={actions}
      />
    );
  }
  return <FilePreview key={file.path} file={file} kind={kind} store={store} actions={actions} />;
}
