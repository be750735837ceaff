import type { ServeEvent } from '../host/serve-event.ts';
import { describeExchange, describeTrouble, logLine } from './log-line.ts';
import type { Terminal } from './terminal.ts';

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
        this.#chatter(describeExchange(event, shortId(event.connectionId)));
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
    this.#line(`offline: ${describeTrouble(why, event.retryInMs)}`);
  }

  #chatter(text: string): void {
    if (!this.#quiet) this.#line(text);
  }

  #line(text: string): void {
    logLine(this.#terminal, this.#now(), text);
  }
}

/** Enough to tell the visitors of a moment apart. */
function shortId(connectionId: string): string {
  return connectionId.slice(0, 6);
}
