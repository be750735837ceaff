import type { LiveChange } from '../host/dynamic-site.ts';
import type { ServeEvent } from '../host/serve-event.ts';
import type { SiteLogEntry } from '../host/site-log.ts';
import { describeExchange, describeTrouble, logLine } from './log-line.ts';
import { printable, say, type Terminal } from './terminal.ts';

/** Files of one save that are named; a change of branches saves hundreds. */
const MAX_NAMED = 3;

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
        return;
      case 'site-log':
        this.#siteLog(event.entry);
    }
  }

  /** Confirms a save: what comes now is answered by it. */
  saved({ paths, ms }: LiveChange): void {
    const more = paths.length > MAX_NAMED ? ` and ${paths.length - MAX_NAMED} more` : '';
    const named = paths.slice(0, MAX_NAMED).join(', ');
    this.#chatter(`saved  ${named}${more}  (live in ${Math.round(ms)} ms)`);
  }

  /** A line that begins with the level and the place, then what belongs to it, indented. */
  #siteLog({ level, place, text, hint, stack, request }: SiteLogEntry): void {
    const where = place && [place.file, place.line, place.column].filter((part) => part).join(':');
    const [first = '', ...more] = text.split('\n');
    this.#line([level, where, first].filter((part) => part).join('  '));
    const lines = [
      ...more,
      place?.lineText?.trim(),
      hint,
      // The first frame is the place.
      ...(stack?.split('\n').slice(1) ?? []).map((frame) => `at ${frame}`),
      level === 'error' && request ? `in ${request}` : undefined,
    ];
    for (const line of lines) if (line) this.#more(line);
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

  #more(text: string): void {
    say(this.#terminal, `          ${printable(text)}`);
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
