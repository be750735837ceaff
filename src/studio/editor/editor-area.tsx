import { effect } from '@preact/signals';
import { useCallback, useEffect, useId, useMemo } from 'preact/hooks';
import { systemClock } from '../../protocol/clock.ts';
import type { FileActions } from '../files/actions/file-actions.ts';
import { isSvg, kindOfFile, MAX_EDITABLE_BYTES } from '../files/names/file-kind.ts';
import type { NamedFile } from '../files/names/file-path.ts';
import { FilePreview } from '../files/previews/file-preview.tsx';
import { SvgPicture } from '../files/previews/svg-picture.tsx';
import type { SiteErrors } from '../log/site-errors.ts';
import { type Studio, useCommands, useStudio } from '../session/studio.ts';
import { areaCommands } from './area-commands.ts';
import { FirstSteps } from './first-steps.tsx';
import { LiveBar } from './live-bar.tsx';
import { createOpenTexts } from './open-texts.ts';
import { createPreferences } from './preferences.ts';
import { createSiteDrafts } from './site-drafts.ts';
import { createSiteKnowledge } from './site-knowledge.ts';
import { TabBar, tabId } from './tabs/tab-bar.tsx';
import { createEditorTabs } from './tabs/tabs.ts';
import { TextPane } from './text-pane.tsx';

interface EditorAreaProps {
  readonly errors: SiteErrors;
  readonly actions: FileActions;
}

/** Everything that lives as long as the server is open. */
function createEditorArea({ session, store, openFile, toaster }: Studio) {
  const ending = new AbortController();
  const texts = createOpenTexts({
    serverName: session.name,
    store,
    clock: systemClock,
    now: Date.now,
    storage: sessionStorage,
  });
  const tabs = createEditorTabs({
    storage: localStorage,
    serverName: session.name,
    openFile,
    onRename: texts.rename,
    onClose: texts.close,
  });
  return {
    texts,
    tabs,
    drafts: createSiteDrafts({ store, texts, toaster }),
    preferences: createPreferences(localStorage),
    knowledge: createSiteKnowledge(store, ending.signal),
    end() {
      ending.abort();
      texts.end();
    },
  };
}

/** The open files: a tab each, and the one that is shown, in the way that suits it. */
export function EditorArea({ errors, actions }: EditorAreaProps) {
  const studio = useStudio();
  const { session, store, openFile } = studio;
  const { files } = session;
  const area = useMemo(() => createEditorArea(studio), [studio]);
  const { texts, tabs, drafts, preferences, knowledge } = area;
  const panelId = useId();

  useEffect(() => () => area.end(), [area]);
  useEffect(() => effect(() => tabs.follow(files.value)), [tabs, files]);
  useEffect(() => effect(() => tabs.show(openFile.path.value)), [tabs, openFile]);
  useEffect(() => keepTyped(texts), [texts]);
  useEffect(() => actions.beforeChange(() => texts.flush()), [actions, texts]);

  const path = openFile.path.value;
  const file = files.value.find((entry) => entry.path === path);
  const isText = file !== undefined && isEditable(file);
  useCommands(
    () =>
      areaCommands({
        tabs,
        openFile,
        drafts,
        isText: (opened) =>
          store.list().some((entry) => entry.path === opened && isEditable(entry)),
        differing: () => store.list().filter((entry) => entry.status !== 'live').length,
      }),
    [tabs, openFile, drafts, store],
  );
  const keep = useCallback(() => path !== undefined && tabs.keep(path), [tabs, path]);

  const broken = errors.broken.value;
  const views = tabs.all.value.flatMap((tab) => {
    const found = files.value.find((entry) => entry.path === tab.path);
    if (!found) return [];
    const typed = isEditable(found) && isUnsaved(texts.of(tab.path).saver.status.value.kind);
    const differs = typed || found.status !== 'live';
    return [{ ...tab, name: found.name, differs, broken: broken.has(tab.path) }];
  });
  const active = views.findIndex((tab) => tab.path === path);
  const panel =
    active < 0 ? {} : { role: 'tabpanel' as const, 'aria-labelledby': tabId(panelId, active) };
  const differing = files.value.filter((entry) => entry.status !== 'live').length;

  const foot = (
    <LiveBar
      count={differing}
      onPublish={() => void drafts.publishAll()}
      onDiscard={() => void drafts.discardAll()}
    />
  );

  return (
    <div class="editor-area">
      {views.length > 0 && (
        <TabBar
          tabs={views}
          active={file?.path}
          panelId={panelId}
          onOpen={(next) => openFile.open(next)}
          onKeep={tabs.keep}
          onClose={tabs.close}
          onMove={tabs.move}
        />
      )}
      <div id={panelId} class="editor-panel" {...panel}>
        {!file && <FirstSteps serving={session.problem.value === undefined} files={files.value} />}
        {file && isText && isSvg(file.path) && (
          <SvgPicture key={`picture of ${file.path}`} file={file} store={store} />
        )}
        {file && isText && (
          <TextPane
            key={file.path}
            file={file}
            text={texts.of(file.path)}
            error={broken.get(file.path)}
            actions={actions}
            knowledge={knowledge}
            preferences={preferences}
            onEdit={keep}
            foot={foot}
          />
        )}
        {file && !isText && (
          <FilePreview
            key={file.path}
            file={file}
            kind={kindOfFile(file.path, file.type)}
            store={store}
            actions={actions}
          />
        )}
        {!(file && isText) && <div class="editor-status">{foot}</div>}
      </div>
    </div>
  );
}

function isEditable({ path, type, size }: Pick<NamedFile, 'path' | 'type' | 'size'>): boolean {
  return kindOfFile(path, type) === 'text' && size <= MAX_EDITABLE_BYTES;
}

function isUnsaved(status: string): boolean {
  return status === 'editing' || status === 'failed';
}

/** Nothing that was typed is lost when the page is hidden or goes. */
function keepTyped(texts: ReturnType<typeof createOpenTexts>): () => void {
  const leave = () => texts.rescue();
  const hide = () => void texts.flush();
  document.addEventListener('visibilitychange', hide);
  window.addEventListener('pagehide', leave);
  return () => {
    document.removeEventListener('visibilitychange', hide);
    window.removeEventListener('pagehide', leave);
  };
}
