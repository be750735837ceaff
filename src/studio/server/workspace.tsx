import { useEffect, useMemo } from 'preact/hooks';
import { pointerUrl } from '../../address/address.ts';
import type { StudioConfig } from '../config.ts';
import { saveFile } from '../elements/save-file.ts';
import { ToastArea } from '../elements/toast-area.tsx';
import type { OpenServer } from '../host.ts';
import { pageSignal } from '../page-signal.ts';
import { createDatabaseActions } from '../state/database-actions.ts';
import { createFileActions } from '../state/file-actions.ts';
import { isProject } from '../state/file-names.ts';
import { createOpenFile } from '../state/open-file.ts';
import type { RequestLog } from '../state/request-log.ts';
import type { ServerSession } from '../state/server-session.ts';
import type { SiteErrors } from '../state/site-errors.ts';
import { createToaster } from '../state/toast.ts';
import { createUploader } from '../state/uploader.ts';
import { DropZone } from './drop-zone.tsx';
import { FilePane } from './file-pane.tsx';
import { FileSidebar } from './file-sidebar.tsx';
import { LogPanel } from './log-panel.tsx';
import { ProblemBanner } from './problem-banner.tsx';
import { ServerHeader } from './server-header.tsx';
import { UploadBar } from './upload-bar.tsx';

interface WorkspaceProps {
  readonly session: ServerSession;
  readonly server: OpenServer;
  readonly log: RequestLog;
  readonly errors: SiteErrors;
  readonly config: StudioConfig;
}

const ADDRESS_BAR = {
  get hash() {
    return location.hash;
  },
  replace(hash: string) {
    history.replaceState(null, '', location.pathname + hash);
  },
};

/** Everything around an open server: header, files, the open file, the log. */
export function Workspace({ session, server, log, errors, config }: WorkspaceProps) {
  const { store } = server;
  const openFile = useMemo(() => createOpenFile(ADDRESS_BAR), []);
  const toaster = useMemo(() => createToaster(), []);
  const uploader = useMemo(() => createUploader(() => store), [store]);
  const actions = useMemo(
    () => createFileActions({ store, openFile, toaster }),
    [store, openFile, toaster],
  );
  const database = useMemo(
    () => createDatabaseActions({ server, toaster, save: saveFile, signal: pageSignal }),
    [server, toaster],
  );
  useEffect(() => () => toaster.dismiss(), [toaster]);
  useEffect(() => store.subscribe(({ live }) => errors.saved(live)), [store, errors]);

  const problem = session.problem.value;
  // Another tab has the files then; what is typed here would be lost.
  const locked = problem?.kind === 'elsewhere';
  const path = openFile.path.value;
  const file = session.files.value.find((entry) => entry.path === path);

  return (
    <div class="server">
      <ServerHeader session={session} address={pointerUrl(session.name, config.deployment)} />
      {problem && <ProblemBanner problem={problem} onRun={() => void session.start()} />}
      <UploadBar uploader={uploader} />
      <div class="workspace" inert={locked}>
        <FileSidebar
          files={session.files.value}
          project={isProject(session.files.value.map((entry) => entry.path))}
          selected={file?.path}
          actions={actions}
          uploader={uploader}
          database={database}
          onOpen={(next) => openFile.open(next)}
        />
        <main class="pane" aria-label="File">
          <FilePane
            file={file}
            error={file && errors.broken.value.get(file.path)}
            place={openFile.place}
            serverName={session.name}
            serving={problem === undefined}
            store={store}
            actions={actions}
          />
        </main>
      </div>
      <LogPanel
        log={log}
        errors={errors}
        onOpen={({ file: next, line }) => openFile.open(next, line)}
      />
      {!locked && <DropZone uploader={uploader} />}
      <ToastArea toaster={toaster} />
    </div>
  );
}
