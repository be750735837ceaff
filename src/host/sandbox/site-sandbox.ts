/** A site's code at work: the sandbox that runs it, the next one after a failure or a save. */
import type { Clock } from '../../protocol/clock.ts';
import { asPeerServerError, PeerServerError } from '../../protocol/errors.ts';
import {
  type HostRequest,
  type HostResponse,
  headerValue,
  type RequestHandler,
} from '../../protocol/http-message.ts';
import type { VisitorConnection } from '../../protocol/visitor-connection.ts';
import type { CompiledSite } from '../compile/compiled-site.ts';
import type { ProjectSettings } from '../project/project-settings.ts';
import { FAILED_HEADER, type RuntimeMessage } from '../runtime/messages.ts';
import type { SiteLogEntry } from '../site-log.ts';
import { endEntry, errorEntry, isCompileProblem, logEntry, overdueEntry } from './error-entries.ts';
import { type ErrorPage, errorPage } from './error-page.ts';
import { Flight } from './flight.ts';
import { LogGate } from './log-gate.ts';
import { relaySockets } from './relay-sockets.ts';
import { RestartPause } from './restart-pause.ts';
import { Sandbox, type SandboxEnd } from './sandbox.ts';
import type { CreateSandbox } from './sandbox-process.ts';
import { passedOn, type Run, runtimeHead, withoutOwn } from './site-request.ts';
import { SourcePlaces } from './source-places.ts';

/** How long answers that have begun may go on after a save, milliseconds. */
export const DRAIN_MS = 10_000;
/** Old sandboxes that finish their answers at the same time; somebody who saves often has the oldest cut off. */
const MAX_DRAINING = 2;
/** How long an answer about an error waits for the message with the details, milliseconds. */
const DETAILS_WAIT_MS = 1_000;
/** Requests whose addresses are remembered for what they log after their answers (`waitUntil`). */
const MAX_REMEMBERED = 1_000;
/** A request is given to the next sandbox this often when one ends under it: who kills every one must end. */
const MAX_ATTEMPTS = 2;

export interface SiteSandboxOptions {
  readonly create: CreateSandbox;
  /** Answers the code's questions for files. */
  readonly assets: RequestHandler;
  /** A fresh port to the site's database. */
  readonly connectDatabase: () => MessagePort;
  readonly clock: Clock;
  /** Time of day, milliseconds since 1970. */
  readonly now: () => number;
  readonly scheme: 'http' | 'https';
  readonly onLog: (entry: SiteLogEntry) => void;
}

/** A sandbox with what is under way in it. */
interface Generation {
  readonly sandbox: Sandbox;
  readonly places: SourcePlaces;
  /** What could not be compiled. */
  readonly problems: readonly SiteLogEntry[];
  /** Those of them that were told with a request: once is enough until a file is changed. */
  readonly toldProblems: Set<string>;
  readonly flights: Map<number, Flight>;
  /** Numbers of requests, in the order in which their handlers began to run. */
  readonly begun: number[];
  /** Closes the WebSockets when the sandbox is to go. */
  readonly sockets: AbortController;
  /** Numbers and addresses of the latest requests. */
  readonly remembered: Map<number, string>;
}

export class SiteSandbox {
  readonly #options: SiteSandboxOptions;
  readonly #log: LogGate;
  readonly #pause: RestartPause;
  #site: CompiledSite;
  #settings: ProjectSettings;
  #current: Generation | undefined;
  readonly #draining = new Set<Generation>();
  #requests = 0;
  #closed = false;

  /** Starts the code at once, so that the first visitor need not wait for it. */
  constructor(site: CompiledSite, settings: ProjectSettings, options: SiteSandboxOptions) {
    this.#options = options;
    this.#site = site;
    this.#settings = settings;
    this.#log = new LogGate(options.clock, options.now, options.onLog);
    this.#pause = new RestartPause(options.clock);
    this.#current = this.#start();
  }

  /** Runs another state of the site from now on; what runs already is let finish, for a while. */
  update(site: CompiledSite, settings: ProjectSettings): void {
    this.#site = site;
    this.#settings = settings;
    this.#pause.forget();
    const old = this.#current;
    this.#current = this.#start();
    if (old) this.#drain(old);
  }

  /** Ends everything at once. */
  close(): void {
    this.#closed = true;
    const error = new PeerServerError('host-away', 'The site is not served any more.');
    for (const generation of [...this.#draining, this.#current]) {
      generation?.sandbox.stop({ kind: 'stopped', error });
    }
  }

  /**
   * The answer of the site's code, or an error page. Rejects only when the visitor has left, or the site is
   * closed.
   */
  async handle(request: HostRequest, run: Run): Promise<HostResponse> {
    this.#requests += 1;
    const flight = new Flight(this.#requests, request, run);
    for (;;) {
      if (this.#closed) throw new PeerServerError('host-away', 'The site is not served any more.');
      const generation = this.#usable();
      if (!generation) return this.#page(flight, RESTING);
      flight.attempts += 1;
      const outcome = await this.#attempt(generation, flight);
      if (outcome !== 'again') return outcome;
    }
  }

  async #attempt(generation: Generation, flight: Flight): Promise<HostResponse | 'again'> {
    const { sandbox, flights, remembered } = generation;
    const { request } = flight;
    let connection: VisitorConnection;
    try {
      connection = await sandbox.ready;
    } catch (thrown) {
      return this.#afterEnd(generation, flight, asPeerServerError(thrown, 'host-failed'));
    }
    flights.set(flight.number, flight);
    remember(remembered, flight);
    const { answerTimeoutMs } = sandbox.settings;
    const deadline = flight.deadline(answerTimeoutMs, this.#options.clock, (overdue) =>
      sandbox.whenResponsive(overdue),
    );
    try {
      return await this.#ask(generation, flight, connection, deadline.signal);
    } catch (thrown) {
      request.signal.throwIfAborted();
      if (deadline.signal.aborted) {
        const entry = overdueEntry(flight.run, flight.shown, answerTimeoutMs);
        return this.#page(flight, { ...OVERDUE, entry: this.#tell(entry) });
      }
      const error = asPeerServerError(thrown, 'host-failed');
      // A sandbox can say this itself, without ending.
      if (error.code === 'connection-lost') await sandbox.endKnown();
      return this.#afterEnd(generation, flight, error);
    } finally {
      deadline.cancel();
      flights.delete(flight.number);
    }
  }

  async #ask(
    generation: Generation,
    flight: Flight,
    connection: VisitorConnection,
    signal: AbortSignal,
  ): Promise<HostResponse> {
    const { sandbox, sockets } = generation;
    const { request } = flight;
    const head = runtimeHead(request, flight.run, flight.number, this.#options.scheme);
    // Before it runs, as nothing can be asked afterwards.
    sandbox.watch();
    if (request.upgrade) {
      const answer = await connection.openSocket(head, { signal });
      if (answer.kind === 'open') {
        return {
          status: 101,
          headers: withoutOwn(answer.headers),
          body: null,
          webSocket: (socket) => relaySockets(socket, answer.socket, sockets.signal),
        };
      }
      return this.#answer(flight, answer.response);
    }
    return this.#answer(flight, await connection.request(head, flight.body, { signal }));
  }

  async #answer(
    flight: Flight,
    response: Awaited<ReturnType<VisitorConnection['request']>>,
  ): Promise<HostResponse> {
    const { status, headers, body } = response;
    if (headerValue(headers, FAILED_HEADER) !== undefined) {
      body?.cancel();
      const entry = await flight.errorWithin(DETAILS_WAIT_MS, this.#options.clock);
      return this.#page(flight, { ...FAILED, ...(entry ? { entry } : {}) });
    }
    return { status, headers: withoutOwn(headers), body: passedOn(body) };
  }

  /** What becomes of a request whose sandbox has ended under it. */
  #afterEnd(
    { sandbox, begun }: Generation,
    flight: Flight,
    error: PeerServerError,
  ): HostResponse | 'again' {
    const { end } = sandbox;
    if (!end || end.kind === 'stopped') {
      if (end && flight.repeatable && !this.#closed) return 'again';
      const entry = this.#tell({
        level: 'error',
        source: 'handler',
        text: `The answer failed: ${error.message}`,
        request: flight.shown,
      });
      return this.#page(flight, { ...BROKEN_OFF, entry });
    }
    if (end.kind === 'not-started') return this.#page(flight, FAILED);
    if (begun.at(-1) === flight.number) {
      return this.#page(flight, end.kind === 'blocked' ? OVERDUE : BROKEN_OFF);
    }
    if (!flight.repeatable) return this.#page(flight, flight.begun ? BROKEN_OFF : NOT_DONE);
    return flight.attempts < MAX_ATTEMPTS ? 'again' : this.#page(flight, NOT_DONE);
  }

  #page(flight: Flight, page: ErrorPage): HostResponse {
    return errorPage(flight.request, page, this.#settings.development);
  }

  #tell(entry: Omit<SiteLogEntry, 'at'>): SiteLogEntry {
    const told = { at: this.#options.now(), ...entry };
    this.#options.onLog(told);
    return told;
  }

  /** The sandbox for a new request; undefined while one that fails again and again is left alone. */
  #usable(): Generation | undefined {
    if (this.#current && !this.#current.sandbox.end) return this.#current;
    if (this.#pause.isOver) this.#current = this.#start();
    return this.#current?.sandbox.end ? undefined : this.#current;
  }

  #start(): Generation {
    const { create, assets, connectDatabase, clock } = this.#options;
    const sandbox = new Sandbox({
      site: this.#site,
      settings: this.#settings,
      create,
      assets,
      database: connectDatabase(),
      clock,
      onMessage: (message) => this.#receive(generation, message),
    });
    const generation: Generation = {
      sandbox,
      places: new SourcePlaces(this.#site.sourceMap),
      problems: this.#site.problems,
      toldProblems: new Set(),
      flights: new Map(),
      begun: [],
      sockets: new AbortController(),
      remembered: new Map(),
    };
    const startedAt = clock.now();
    void sandbox.ended.then((end) => this.#noteEnd(generation, end, clock.now() - startedAt));
    return generation;
  }

  #noteEnd(generation: Generation, end: SandboxEnd, livedMs: number): void {
    this.#draining.delete(generation);
    generation.sockets.abort();
    if (end.kind === 'stopped') return;
    if (generation === this.#current) this.#pause.failed(livedMs);
    const culprit = generation.flights.get(generation.begun.at(-1) ?? -1);
    const named = culprit && { run: culprit.run, request: culprit.shown };
    this.#tell(endEntry(end, named, generation.places));
  }

  /** New requests go elsewhere; what has begun may finish. */
  #drain(old: Generation): void {
    if (old.sandbox.end) return;
    const error = new PeerServerError('connection-lost', 'The site was changed.');
    const stop = () => old.sandbox.stop({ kind: 'stopped', error });
    // State that sockets share, such as a room of a chat, must not live in two sandboxes.
    old.sockets.abort();
    this.#draining.add(old);
    if (this.#draining.size > MAX_DRAINING) {
      const [oldest] = this.#draining;
      oldest?.sandbox.stop({ kind: 'stopped', error });
    }
    const cancel = this.#options.clock.schedule(DRAIN_MS, stop);
    void old.sandbox.ended.then(cancel);
    old.sandbox.whenIdle(stop);
  }

  #receive(generation: Generation, message: RuntimeMessage): void {
    const { flights, begun, places, remembered, problems, toldProblems } = generation;
    if (message.kind === 'ready' || message.kind === 'failed') return;
    const flight = message.request === undefined ? undefined : flights.get(message.request);
    const shown = message.request === undefined ? undefined : remembered.get(message.request);
    if (message.kind === 'running') {
      if (!flight) return;
      flight.begun = true;
      begun.push(flight.number);
      // Only the latest counts; flights are bounded by the connection.
      if (begun.length > MAX_REMEMBERED) begun.shift();
    } else if (message.kind === 'log') {
      this.#log.add(() => logEntry(message, places, shown));
    } else {
      let made: SiteLogEntry | undefined;
      const entry = () => {
        made ??= { at: this.#options.now(), ...errorEntry(message, places, shown) };
        return made;
      };
      const isProblem = isCompileProblem(message, problems);
      if (!isProblem || !toldProblems.has(message.text)) this.#log.add(entry);
      if (isProblem) toldProblems.add(message.text);
      if (flight && !flight.error) flight.failed(entry());
    }
  }
}

function remember(remembered: Map<number, string>, { number, shown }: Flight): void {
  remembered.set(number, shown);
  if (remembered.size > MAX_REMEMBERED) {
    for (const oldest of remembered.keys()) {
      remembered.delete(oldest);
      break;
    }
  }
}

const TOLD = 'Its author has been told.';

const FAILED: ErrorPage = {
  status: 500,
  title: 'This page has an error',
  text: `Something in this page went wrong. ${TOLD}`,
};
const OVERDUE: ErrorPage = {
  status: 504,
  title: 'This page took too long',
  text: `The page was not ready in time. ${TOLD}`,
};
const BROKEN_OFF: ErrorPage = {
  status: 502,
  title: 'This page was interrupted',
  text: `What you asked for may have been done, or not. ${TOLD}`,
};
const NOT_DONE: ErrorPage = {
  status: 503,
  title: 'This page is starting again',
  text: 'What you asked for was not done. Try again in a moment.',
  headers: [['retry-after', '1']],
};
const RESTING: ErrorPage = {
  status: 503,
  title: 'This page does not work at the moment',
  text: `It has failed several times in a row. Try again in a minute. ${TOLD}`,
  headers: [['retry-after', '30']],
};
