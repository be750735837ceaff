import type { LocalRequestEvent } from '../visitor/local-port/node-exchange.ts';
import type { SiteState } from '../visitor/site-connection.ts';
import { describeExchange, describeTrouble, logLine } from './log-line.ts';
import type { Terminal } from './terminal.ts';

/** What `connect` tells of its work, a line for each event. */
export class ConnectLog {
  readonly #terminal: Terminal;
  readonly #quiet: boolean;
  readonly #now: () => Date;
  #lost = false;

  /** @param quiet leave out requests, but not trouble */
  constructor(terminal: Terminal, quiet: boolean, now: () => Date = () => new Date()) {
    this.#terminal = terminal;
    this.#quiet = quiet;
    this.#now = now;
  }

  /** For what happens after the first connection. */
  state(state: SiteState): void {
    if (state.kind === 'connected') {
      if (this.#lost) this.#line('connected again');
      this.#lost = false;
    }
    if (state.kind === 'waiting') {
      this.#lost = true;
      this.#line(`not connected: ${describeTrouble(state.error.message, state.retryInMs)}`);
    }
  }

  request(event: LocalRequestEvent): void {
    if (!this.#quiet) this.#line(describeExchange(event));
  }

  #line(text: string): void {
    logLine(this.#terminal, this.#now(), text);
  }
}
