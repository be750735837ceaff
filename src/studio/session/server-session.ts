import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { SiteName } from '../../address/site-name.ts';
import { type Clock, systemClock } from '../../protocol/clock.ts';
import { asPeerServerError } from '../../protocol/errors.ts';
import { isProject, nameOfPath } from '../files/names/file-names.ts';
import { compareFiles, type NamedFile } from '../files/names/file-path.ts';
import type {
  OpenServer,
  OpenServerOptions,
  RequestEvent,
  ServerEvent,
  ServerRecord,
  SiteLogEntry,
  TrafficTotals,
  VisitorInfo,
} from '../host.ts';
import { createTraffic, type Traffic } from './traffic.ts';
import { createVisitorLabels, type VisitorLabels } from './visitor-labels.ts';

/** The connection to the signaling server. */
export type Connection =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'online' }
  /** `retryAt` is in milliseconds since 1970; undefined when nothing is planned. */
  | { readonly kind: 'offline'; readonly retryAt: number | undefined };

/** How far opening the server has come. */
export type Phase =
  | { readonly kind: 'opening' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'open'; readonly server: OpenServer };

/** Why this tab does not serve, and will not by itself. */
export type ServeProblem =
  | { readonly kind: 'elsewhere' }
  | { readonly kind: 'name-refused'; readonly message: string }
  | { readonly kind: 'stopped'; readonly message: string };

/** What the session needs of the host's room. */
export interface SessionHost {
  listServers(): Promise<readonly ServerRecord[]>;
  openServer(name: SiteName, options: OpenServerOptions): Promise<OpenServer>;
}

export interface SessionOptions {
  readonly host: SessionHost;
  readonly signalUrl: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** For the traffic of each second; default: the platform's. */
  readonly clock?: Clock;
  readonly onRequest: (event: RequestEvent) => void;
  /** What the site's code says. */
  readonly onSiteLog: (entry: SiteLogEntry) => void;
}

/** Keys of the author's own visits that are known: a frame that is wiped and comes back has another. */
const MAX_OWN_KEYS = 8;

/** A server of this browser, run by this tab. */
export interface ServerSession {
  readonly name: SiteName;
  readonly phase: ReadonlySignal<Phase>;
  readonly connection: ReadonlySignal<Connection>;
  /** How many visitors are connected now, the author's own preview aside. */
  readonly visitors: ReadonlySignal<number>;
  /** Who is connected now, oldest first. */
  readonly present: ReadonlySignal<readonly VisitorInfo[]>;
  readonly labels: VisitorLabels;
  /** Public keys of the author's own visits. */
  readonly own: ReadonlySignal<ReadonlySet<string>>;
  /** Visits with this public key are the author's own. */
  markOwn(key: string): void;
  readonly traffic: Pick<Traffic, 'seconds'>;
  /** Whether visitors get a page that says that the site is paused; false after each `start`. */
  readonly paused: ReadonlySignal<boolean>;
  readonly problem: ReadonlySignal<ServeProblem | undefined>;
  /** The draft's files, with what they are called, in the order of the list. */
  readonly files: ReadonlySignal<readonly NamedFile[]>;
  /** Opens and serves; again after a problem, then taking the server over from another tab. */
  start(): Promise<void>;
  /** Finds out whether a server that another tab took is still there: deleting one takes it, too. */
  lookAgain(): Promise<void>;
  /** Pauses the site for its visitors; without effect while it is not open. */
  pause(): void;
  resume(): void;
  /** Stops serving, for good. */
  close(): void;
}

/** Prepares the session; nothing happens before `start`. */
export function createServerSession(name: SiteName, options: SessionOptions): ServerSession {
  const phase = signal<Phase>({ kind: 'opening' });
  const connection = signal<Connection>({ kind: 'connecting' });
  const present = signal<readonly VisitorInfo[]>([]);
  const own = signal<ReadonlySet<string>>(new Set());
  const visitors = computed(() => present.value.filter(({ key }) => !own.value.has(key)).length);
  const labels = createVisitorLabels((key) => own.peek().has(key));
  const paused = signal(false);
  let totals = (): TrafficTotals => ({ requests: 0, sentBytes: 0, receivedBytes: 0 });
  const traffic = createTraffic(() => totals(), options.clock ?? systemClock);
  const problem = signal<ServeProblem | undefined>(undefined);
  const files = signal<readonly NamedFile[]>([]);
  let ending = new AbortController();
  let unsubscribe = () => {};

  function onEvent(event: ServerEvent): void {
    switch (event.kind) {
      case 'signaling':
        connection.value = toConnection(event, options.now());
        return;
      case 'visitor-joined':
        // Labels follow the order in which visitors come, and not the one in which they ask.
        labels.of(event.visitor.key);
        present.value = [...present.peek(), event.visitor];
        return;
      case 'visitor-left':
        present.value = present.peek().filter((one) => one.connectionId !== event.connectionId);
        return;
      case 'request':
        traffic.look();
        options.onRequest(event);
        return;
      case 'paused':
        paused.value = event.paused;
        return;
      case 'site-log':
        options.onSiteLog(event.entry);
        return;
      case 'visitor-failed':
        // Somebody who never arrived: nothing the author could do, and the list of visitors is unchanged.
        return;
      case 'taken-over':
        problem.value = { kind: 'elsewhere' };
        return;
      case 'ended':
        present.value = [];
        paused.value = false;
        connection.value = { kind: 'offline', retryAt: undefined };
        if (event.error) problem.value ??= toProblem(event.error);
        return;
    }
  }

  async function exists(): Promise<boolean> {
    const known = await options.host.listServers();
    return known.some((server) => server.name === name);
  }

  async function open(signal: AbortSignal): Promise<void> {
    if (!(await exists())) {
      phase.value = { kind: 'missing' };
      return;
    }
    const opened = await options.host.openServer(name, {
      signalUrl: options.signalUrl,
      signal,
      // An earlier opening of this session may still be reporting its end.
      onEvent: (event) => {
        if (!signal.aborted) onEvent(event);
      },
    });
    const { store } = opened;
    const refresh = () => {
      const found = store.list();
      const project = isProject(found.map(({ path }) => path));
      files.value = found
        .map((file) => ({ ...file, name: nameOfPath(file.path, project) }))
        .sort(compareFiles);
    };
    unsubscribe = store.subscribe(refresh);
    refresh();
    // What an earlier opening has counted is not lost.
    const earlier = totals();
    totals = () => sumOf(earlier, opened.traffic());
    phase.value = { kind: 'open', server: opened };
  }

  function openServer(): OpenServer | undefined {
    const current = phase.peek();
    return current.kind === 'open' ? current.server : undefined;
  }

  function end(): void {
    ending.abort();
    present.value = [];
    paused.value = false;
    traffic.stop();
    const counted = totals();
    totals = () => counted;
    unsubscribe();
    unsubscribe = () => {};
  }

  return {
    name,
    phase,
    connection,
    visitors,
    present,
    labels,
    own,
    markOwn(key) {
      own.value = new Set([...own.peek(), key].slice(-MAX_OWN_KEYS));
    },
    traffic,
    paused,
    problem,
    files,
    async start() {
      end();
      ending = new AbortController();
      problem.value = undefined;
      connection.value = { kind: 'connecting' };
      traffic.start();
      try {
        await open(ending.signal);
      } catch (thrown) {
        const { message } = asPeerServerError(thrown, 'storage-failed');
        phase.value = { kind: 'failed', message };
      }
    },
    async lookAgain() {
      if (problem.peek()?.kind !== 'elsewhere') return;
      try {
        if (!(await exists())) phase.value = { kind: 'missing' };
      } catch {
        // The list cannot be read now; what the page says still holds, and `start` would tell the reason.
      }
    },
    pause: () => openServer()?.pause(),
    resume: () => openServer()?.resume(),
    close: end,
  };
}

function sumOf(a: TrafficTotals, b: TrafficTotals): TrafficTotals {
  return {
    requests: a.requests + b.requests,
    sentBytes: a.sentBytes + b.sentBytes,
    receivedBytes: a.receivedBytes + b.receivedBytes,
  };
}

function toConnection(event: Extract<ServerEvent, { kind: 'signaling' }>, now: number): Connection {
  if (event.state !== 'offline') return { kind: event.state };
  const { retryInMs } = event;
  return { kind: 'offline', retryAt: retryInMs === undefined ? undefined : now + retryInMs };
}

function toProblem(error: { code: string; message: string }): ServeProblem {
  const kind = error.code === 'name-refused' ? 'name-refused' : 'stopped';
  return { kind, message: error.message };
}
