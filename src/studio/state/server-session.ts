import { type ReadonlySignal, signal } from '@preact/signals';
import type { SiteName } from '../../address/site-name.ts';
import { asPeerServerError } from '../../protocol/errors.ts';
import type {
  OpenServer,
  OpenServerOptions,
  RequestEvent,
  ServerEvent,
  ServerRecord,
  SiteLogEntry,
} from '../host.ts';
import { isProject, nameOfPath } from './file-names.ts';
import { compareFiles, type NamedFile } from './file-path.ts';

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
  readonly onRequest: (event: RequestEvent) => void;
  /** What the site's code says. */
  readonly onSiteLog: (entry: SiteLogEntry) => void;
}

/** A server of this browser, run by this tab. */
export interface ServerSession {
  readonly name: SiteName;
  readonly phase: ReadonlySignal<Phase>;
  readonly connection: ReadonlySignal<Connection>;
  readonly visitors: ReadonlySignal<number>;
  readonly problem: ReadonlySignal<ServeProblem | undefined>;
  /** The draft's files, with what they are called, in the order of the list. */
  readonly files: ReadonlySignal<readonly NamedFile[]>;
  /** Opens and serves; again after a problem, then taking the server over from another tab. */
  start(): Promise<void>;
  /** Finds out whether a server that another tab took is still there: deleting one takes it, too. */
  lookAgain(): Promise<void>;
  /** Stops serving, for good. */
  close(): void;
}

/** Prepares the session; nothing happens before `start`. */
export function createServerSession(name: SiteName, options: SessionOptions): ServerSession {
  const phase = signal<Phase>({ kind: 'opening' });
  const connection = signal<Connection>({ kind: 'connecting' });
  const visitors = signal(0);
  const problem = signal<ServeProblem | undefined>(undefined);
  const files = signal<readonly NamedFile[]>([]);
  let ending = new AbortController();
  let unsubscribe = () => {};

  function onEvent(event: ServerEvent, present: Set<string>): void {
    switch (event.kind) {
      case 'signaling':
        connection.value = toConnection(event, options.now());
        return;
      case 'visitor-joined':
        present.add(event.visitor.connectionId);
        visitors.value = present.size;
        return;
      case 'visitor-left':
        present.delete(event.connectionId);
        visitors.value = present.size;
        return;
      case 'request':
        options.onRequest(event);
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
        present.clear();
        visitors.value = 0;
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
    const present = new Set<string>();
    const opened = await options.host.openServer(name, {
      signalUrl: options.signalUrl,
      signal,
      // An earlier opening of this session may still be reporting its end.
      onEvent: (event) => {
        if (!signal.aborted) onEvent(event, present);
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
    phase.value = { kind: 'open', server: opened };
  }

  function end(): void {
    ending.abort();
    unsubscribe();
    unsubscribe = () => {};
  }

  return {
    name,
    phase,
    connection,
    visitors,
    problem,
    files,
    async start() {
      end();
      ending = new AbortController();
      problem.value = undefined;
      connection.value = { kind: 'connecting' };
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
    close: end,
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
