import type { RequestEvent, ServeEvent } from '../host/serve-event.ts';
import { printable, say, type Terminal } from './terminal.ts';

/** Longest target that is logged, in characters; a visitor chooses it. */
const MAX_LOGGED_TARGET = 300;

/** What a host on the command line tells of its work, a line for each event. */
export class HostLog {
  readonly #terminal: Terminal;
  readonly #quiet: boolean;
  readonly #now: () => Date;
  #wasOnline = false;
  #isOffline = false;

  /** @param quiet leave out visitors and requests, but not trouble */
  constructor(terminal: Terminal, quiet: boolean, now: () => Date = () => new Date()) {
    this.#terminal = terminal;
    this.#quiet = quiet;
    this.#now = now;
  }

  event(event: ServeEvent): void {
    switch (event.kind) {
      case 'signaling':
        this.#signaling(event);
        return;
      case 'visitor-joined': {
        const { connectionId, route } = event.visitor;
        this.#chatter(`visitor ${shortId(connectionId)} connected (${route})`);
        return;
      }
      case 'visitor-left': {
        const why = event.error ? `: ${event.error.message}` : '';
        this.#chatter(`visitor ${shortId(event.connectionId)} left${why}`);
        return;
      }
      case 'visitor-failed':
        this.#chatter(`a visitor could not connect: ${event.error.message}`);
        return;
      case 'request':
        this.#chatter(describeRequest(event));
    }
  }

  #signaling(event: ServeEvent & { kind: 'signaling' }): void {
    if (event.state === 'online') {
      if (this.#isOffline) this.#line('online again');
      this.#wasOnline = true;
      this.#isOffline = false;
    }
    // A first attempt that fails ends the command, with a line of its own.
    if (event.state !== 'offline' || !this.#wasOnline) return;
    this.#isOffline = true;
    const why = event.error?.message ?? 'The connection to the signaling server is lost.';
    const next =
      event.retryInMs === undefined
        ? ''
        : ` Trying again in ${Math.ceil(event.retryInMs / 1000)} s.`;
    this.#line(`offline: ${why}${next}`);
  }

  #chatter(text: string): void {
    if (!this.#quiet) this.#line(text);
  }

  #line(text: string): void {
    say(this.#terminal, `${this.#now().toTimeString().slice(0, 8)}  ${printable(text)}`);
  }
}

function describeRequest({
  method,
  target,
  status,
  bytes,
  ms,
  connectionId,
  error,
}: RequestEvent): string {
  const shown =
    target.length > MAX_LOGGED_TARGET ? `${target.slice(0, MAX_LOGGED_TARGET)}…` : target;
  const why = error ? `  (${error.message})` : '';
  return `${method} ${shown}  ${status}  ${formatBytes(bytes)}  ${Math.round(ms)} ms  ${shortId(connectionId)}${why}`;
}

/** Enough to tell the visitors of a moment apart. */
function shortId(connectionId: string): string {
  return connectionId.slice(0, 6);
}

function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const kib = bytes / 1024;
  return kib < 1024 ? `${kib.toFixed(1)} KiB` : `${(kib / 1024).toFixed(1)} MiB`;
}
