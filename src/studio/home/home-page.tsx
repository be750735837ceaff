import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { SiteName } from '../../address/site-name.ts';
import type { StudioConfig } from '../config.ts';
import { PageFoot, PageHead } from '../elements/page-frame.tsx';
import { usePageTitle } from '../elements/page-title.ts';
import { useFileDrop } from '../elements/use-file-drop.ts';
import { LearnLinks } from '../learn/learn-links.tsx';
import { pageSignal } from '../page-signal.ts';
import { ServerDialog, type ServerOutcome, type ServerRequest } from '../servers/server-dialog.tsx';
import { createServerFacts } from '../servers/server-facts.ts';
import { createServerList } from '../servers/server-records.ts';
import { useNameCheck } from '../servers/use-name-check.ts';
import { BringDialog } from './bring/bring-dialog.tsx';
import { createBringState } from './bring/bring-state.ts';
import { broughtBy, chooseFiles } from './bring/choose-files.ts';
import type { Brought } from './bring/found-site.ts';
import { CreateCard } from './create-card.tsx';
import { Gallery } from './gallery.tsx';
import { IntroductionPicture } from './introduction-picture.tsx';
import { createServerCount } from './server-count.ts';
import { ServerList } from './server-list.tsx';
import { starters } from './starters.ts';
import { StorageNote } from './storage-note.tsx';
import { useCreation } from './use-creation.ts';

const serverCount = createServerCount(() => localStorage);

const anywhere = () => 'page' as const;

/** The home page: what this is, a new server, what it can start from, the servers of this browser. */
export function HomePage({ config }: { readonly config: StudioConfig }) {
  usePageTitle('PeerServer');
  const servers = useMemo(() => createServerList(readServers), []);
  const facts = useMemo(() => createServerFacts(describe), []);
  // Read once: where things are must not change under somebody's hands.
  const expected = useMemo(() => serverCount.read(), []);
  const isOwn = (name: SiteName) => servers.has(name);
  const check = useNameCheck(isOwn);
  const creation = useCreation(config, servers, check);
  const bring = useMemo(() => createBringState(lookInto), []);
  const field = useRef<HTMLInputElement>(null);
  const [request, setRequest] = useState<ServerRequest>();
  const [news, setNews] = useState<News>();

  useEffect(() => {
    void servers.refresh();
    // Servers come and go in other tabs; this one catches up when it is looked at.
    const catchUp = () => {
      if (document.visibilityState === 'visible') void servers.refresh();
    };
    document.addEventListener('visibilitychange', catchUp);
    return () => document.removeEventListener('visibilitychange', catchUp);
  }, [servers]);

  const records = servers.servers.value;
  useEffect(() => {
    if (!records) return;
    serverCount.write(records.length);
    void facts.refresh(records.map(({ name }) => name));
  }, [records, facts]);

  const over = useFileDrop(
    anywhere,
    useCallback((items: readonly DataTransferItem[]) => void bring.look(broughtBy(items)), [bring]),
  );

  async function done(outcome: ServerOutcome): Promise<void> {
    // It may be told after its dialog was closed, when there is another one.
    setRequest((now) => (now === request ? undefined : now));
    setNews(newsOf(outcome));
    await servers.refresh();
  }

  const list = (
    <>
      <div role="status">{news && <NewsLine news={news} />}</div>
      <ServerList
        servers={records}
        facts={facts.facts.value}
        problem={servers.problem.value}
        expected={expected}
        now={Date.now()}
        onRequest={(next) => {
          setNews(undefined);
          setRequest(next);
        }}
      />
      {records && records.length > 0 && <StorageNote version={records} />}
    </>
  );

  return (
    <div class="home">
      <PageHead />
      <main class="home-main">
        <section class="hero">
          <div class="hero-words">
            <h1>This tab can be a web server.</h1>
            <p class="lead">
              Make a site here, share its address, and other people’s browsers fetch every page
              straight from yours.
            </p>
          </div>
          <IntroductionPicture />
        </section>
        <CreateCard
          check={check}
          creation={creation}
          field={field}
          sitesDomain={config.deployment.sitesDomain}
        />
        {expected > 0 && <div class="servers-area">{list}</div>}
        <Gallery
          starters={starters}
          creation={creation}
          onNameNeeded={() => field.current?.focus()}
          onBring={(what) =>
            chooseFiles(what, (files) => void bring.look({ kind: 'files', files }))
          }
        />
        {expected === 0 && <div class="servers-area">{list}</div>}
        <section aria-labelledby="learn-title">
          <div class="section-head">
            <h2 id="learn-title">Learn</h2>
          </div>
          <LearnLinks />
        </section>
      </main>
      <PageFoot version={config.version} />
      {request && (
        <ServerDialog
          key={`${request.kind} ${request.name}`}
          request={request}
          config={config}
          isOwn={isOwn}
          onDone={(outcome) => void done(outcome)}
          onClose={() => {
            setRequest(undefined);
            // Of something that failed, a part may be done.
            void servers.refresh();
          }}
        />
      )}
      <BringDialog
        state={bring}
        config={config}
        isOwn={isOwn}
        onCreated={(name) => {
          // What is said of the server before this one is no news any more.
          if (creation.step.peek().kind === 'created') creation.changeName('');
          setNews({ text: `${name} is ready.`, open: name, made: true });
          void servers.refresh();
        }}
      />
      {over && (
        <div class="drop-zone" aria-hidden="true">
          <p>Drop a folder or a zip to make a server of it</p>
        </div>
      )}
    </div>
  );
}

/** What has just happened, in a sentence, with the server to open if there is one. */
interface News {
  readonly text: string;
  readonly open?: SiteName;
  /** It is new, and to be opened next. */
  readonly made?: true;
}

function NewsLine({ news }: { readonly news: News }) {
  const line = useRef<HTMLParagraphElement>(null);
  const link = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    // Whoever made something at the gallery would see nothing of what is said above it.
    line.current?.scrollIntoView({ block: 'nearest' });
    if (news.made) link.current?.focus();
  }, [news]);
  return (
    <p ref={line} class="notice news">
      {news.text}{' '}
      {news.open && (
        <a ref={link} href={`/server/${news.open}`} target="_blank" rel="noopener">
          Open {news.open}
        </a>
      )}
    </p>
  );
}

function newsOf(outcome: ServerOutcome): News {
  switch (outcome.kind) {
    case 'renamed':
      return { text: `${outcome.from} is now called ${outcome.name}.`, open: outcome.name };
    case 'duplicated':
      return { text: `${outcome.name} is a copy of ${outcome.from}.`, open: outcome.name };
    case 'exported':
      return { text: `${outcome.name}.zip is among your downloads.` };
    case 'deleted':
      return { text: `${outcome.name} is deleted.` };
  }
}

async function readServers() {
  const { listServers } = await import('../host.ts');
  return listServers();
}

async function describe(name: SiteName) {
  const { describeServer } = await import('../host.ts');
  return describeServer(name, { signal: pageSignal });
}

async function lookInto(brought: Brought, signal: AbortSignal) {
  const [{ findSite }, { inspectArchive }] = await Promise.all([
    import('./bring/found-site.ts'),
    import('../host.ts'),
  ]);
  return findSite(brought, inspectArchive, signal);
}
