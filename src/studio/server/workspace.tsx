import { effect } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { pointerUrl } from '../../address/address.ts';
import { systemClock } from '../../protocol/clock.ts';
import type { StudioConfig } from '../config.ts';
import { DatabasePage } from '../database/database-page.tsx';
import { EditorArea } from '../editor/editor-area.tsx';
import { useKeptFocus } from '../elements/keep-focus.ts';
import { createToaster } from '../elements/toast.ts';
import { ToastArea } from '../elements/toast-area.tsx';
import { createFileActions } from '../files/actions/file-actions.ts';
import { FilesPanel } from '../files/files-panel.tsx';
import { DropZone } from '../files/upload/drop-zone.tsx';
import { createSiteUploader } from '../files/upload/site-uploader.ts';
import { UploadBar } from '../files/upload/upload-bar.tsx';
import type { OpenServer } from '../host.ts';
import { TourGuide } from '../learn/tour/tour.tsx';
import { LogPanel } from '../log/log-panel.tsx';
import type { RequestLog } from '../log/request-log.ts';
import type { SiteErrors } from '../log/site-errors.ts';
import { CommandPalette } from '../palette/command-palette.tsx';
import { ResultArea } from '../result/result-area.tsx';
import { type Areas, createAreas } from '../session/areas.ts';
import { createCommands } from '../session/commands.ts';
import { createKeptOut } from '../session/kept-out.ts';
import { createOpenFile, type OpenFile } from '../session/open-file.ts';
import type { ServerSession } from '../session/server-session.ts';
import { StudioContext } from '../session/studio.ts';
import { VisitorsPage } from '../visitors/visitors-page.tsx';
import { AreaBar } from './area-bar.tsx';
import { FrameCommands } from './frame-commands.ts';
import { ProblemBanner } from './problem-banner.tsx';
import { ServerHeader } from './server-header.tsx';
import { SiteAreas } from './site-areas.tsx';
import { createWindowRoom } from './window-room.ts';

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

const createStudioAreas = () =>
  createAreas(
    localStorage,
    createWindowRoom((query) => matchMedia(query)),
  );

/** Everything around an open server: header, files, the open file, the log. */
export function Workspace({ session, server, log, errors, config }: WorkspaceProps) {
  const { store } = server;
  const openFile = useMemo(() => createOpenFile(ADDRESS_BAR), []);
  const areas = useMemo(createStudioAreas, []);
  const toaster = useMemo(() => createToaster(), []);
  const studio = useMemo(
    () => ({
      config,
      session,
      server,
      store,
      openFile,
      areas,
      toaster,
      keptOut: createKeptOut(server, systemClock),
      commands: createCommands(),
    }),
    [config, session, server, store, openFile, areas, toaster],
  );
  const uploader = useMemo(() => createSiteUploader(store), [store]);
  const actions = useMemo(
    () => createFileActions({ store, openFile, toaster }),
    [store, openFile, toaster],
  );
  useEffect(() => () => toaster.dismiss(), [toaster]);
  useEffect(() => showOpened(openFile, areas), [openFile, areas]);
  useEffect(() => store.subscribe(({ live }) => errors.saved(live)), [store, errors]);

  const problem = session.problem.value;
  // Another tab has the files then; what is typed here would be lost.
  const locked = problem?.kind === 'elsewhere';
  const path = openFile.path.value;
  const file = session.files.value.find((entry) => entry.path === path);

  const view = openFile.view.value;
  const phone = areas.room.value === 'phone';
  const shownLog = areas.shown.value.has('log');
  const phoneLog = phone && shownLog;
  const stage = useRef<HTMLDivElement>(null);
  useKeptFocus(stage, [view, ...areas.shown.value].join());

  return (
    <StudioContext.Provider value={studio}>
      <div class="server">
        <ServerHeader address={pointerUrl(session.name, config.deployment)} locked={locked} />
        {problem && <ProblemBanner problem={problem} onRun={() => void session.start()} />}
        <div class="notices">
          <TourGuide stage={stage} />
          <UploadBar uploader={uploader} />
        </div>
        <div ref={stage} class="stage" tabIndex={-1} inert={locked} hidden={phoneLog}>
          <div class="stage-page" hidden={view !== 'site'}>
            <SiteAreas
              files={
                <FilesPanel
                  files={session.files.value}
                  selected={file?.path}
                  actions={actions}
                  uploader={uploader}
                  onOpen={(next) => openFile.open(next)}
                />
              }
              editor={
                <section class="pane" aria-label="File">
                  <EditorArea errors={errors} actions={actions} />
                </section>
              }
              result={<ResultArea />}
            />
          </div>
          {view === 'database' && <DatabasePage />}
          {view === 'visitors' && <VisitorsPage />}
        </div>
        <div
          class={phoneLog ? 'stage-log whole' : 'stage-log'}
          role={phoneLog ? 'main' : undefined}
          data-tour="log"
          hidden={phone && !shownLog}
        >
          <LogPanel
            log={log}
            errors={errors}
            onOpen={({ file: next, line }) => openFile.open(next, line)}
          />
        </div>
        {phone && <AreaBar />}
        <FrameCommands />
        <CommandPalette />
        {!locked && <DropZone uploader={uploader} />}
        <ToastArea toaster={toaster} />
      </div>
    </StudioContext.Provider>
  );
}

/** Keeps address and areas with the open file; the returned function stops. */
function showOpened(openFile: OpenFile, areas: Areas): () => void {
  const follow = () => openFile.follow();
  addEventListener('hashchange', follow);
  // A file is opened to be read: on a phone, its place is then the editor.
  if (openFile.path.peek() !== undefined && areas.room.peek() === 'phone') areas.show('editor');
  let seen = openFile.openings.peek();
  const stop = effect(() => {
    if (openFile.openings.value === seen) return;
    seen = openFile.openings.value;
    areas.show('editor');
  });
  return () => {
    removeEventListener('hashchange', follow);
    stop();
  };
}
