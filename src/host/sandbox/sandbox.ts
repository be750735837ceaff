/** One run of a site's code: a process of the platform, the ports to it, and watch over its event loop. */
import type { Clock } from '../../protocol/clock.ts';
import { asPeerServerError, PeerServerError } from '../../protocol/errors.ts';
import type { RequestHandler } from '../../protocol/http-message.ts';
import type { VisitorConnection } from '../../protocol/visitor-connection.ts';
import type { CompiledSite } from '../compile/compiled-site.ts';
import type { ProjectSettings } from '../project/project-settings.ts';
import type { RuntimeMessage, StartMessage } from '../runtime/messages.ts';
import { acceptPortConnection, openPortConnection } from './port-connection.ts';
import type { PortTransport } from './port-transport.ts';
import { parseRuntimeMessage } from './runtime-messages.ts';
import type { CreateSandbox, SandboxProcess } from './sandbox-process.ts';

/** How long loading the runtime may take, milliseconds: far more than a slow machine needs. */
export const START_TIMEOUT_MS = 30_000;
/** How long an event loop may stand still while something runs, milliseconds; less where answers have less. */
export const BLOCKED_AFTER_MS = 5_000;
/** How long what a sandbox said before it died may take to arrive, milliseconds: it comes on another port. */
const LAST_WORDS_MS = 50;
/**
 * What a sandbox may say on its control port in one go, and per second after that, in messages of up to
 * `MESSAGE_UNIT` characters; longer ones count for several. A request takes three, and the runtime itself
 * keeps the author's log within bounds: only code that has got hold of the port comes near. What it sends waits
 * in the host's memory.
 */
const MESSAGE_BURST = 50_000;
const MESSAGES_PER_SECOND = 20_000;
const MESSAGE_UNIT = 4_096;
/** What no message is counts for so many: the runtime sends none. */
const NO_MESSAGE = 1_000;
/** How often a busy sandbox is asked for a sign of life, milliseconds. */
const TICK_MS = 500;

/** Why a sandbox is over. */
export interface SandboxEnd {
  /** `stopped` by us, without anything being wrong with it. */
  readonly kind: 'stopped' | 'blocked' | 'died' | 'not-started';
  readonly error: PeerServerError;
  /** As the runtime told it, for `not-started`. */
  readonly stack?: string;
}

export interface SandboxOptions {
  readonly site: CompiledSite;
  readonly settings: ProjectSettings;
  readonly create: CreateSandbox;
  /** Answers the code's questions for files. */
  readonly assets: RequestHandler;
  /** To the database; transferred. */
  readonly database: MessagePort;
  readonly clock: Clock;
  readonly onMessage: (message: RuntimeMessage) => void;
}

export class Sandbox {
  readonly site: CompiledSite;
  readonly settings: ProjectSettings;
  /** Resolves with the connection that takes requests; rejects with the error of `end`. */
  readonly ready: Promise<VisitorConnection>;
  /** Resolves once, however it ends. */
  readonly ended: Promise<SandboxEnd>;
  readonly #options: SandboxOptions;
  readonly #stop = new AbortController();
  readonly #control = new MessageChannel();
  #end: SandboxEnd | undefined;
  #resolveEnded: (end: SandboxEnd) => void = () => {};
  #process: SandboxProcess | undefined;
  #open: { readonly connection: VisitorConnection; readonly transport: PortTransport } | undefined;
  #onReady: () => void = () => {};
  #onIdle: () => void = () => {};
  #cancelTick: (() => void) | undefined;
  #mayStillSay = MESSAGE_BURST;
  #saidAt: number;
  /** Milliseconds for which a ping has been without an answer; undefined when none is under way. */
  #unanswered: number | undefined;

  constructor(options: SandboxOptions) {
    this.#options = options;
    this.#saidAt = options.clock.now();
    this.site = options.site;
    this.settings = options.settings;
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
    this.ready = this.#start();
    // Whoever waits for it handles its rejection, which `ended` tells, too.
    this.ready.catch(() => undefined);
  }

  /** Set when it is over. */
  get end(): SandboxEnd | undefined {
    return this.#end;
  }

  /** True while requests, answers or WebSockets are open. */
  get busy(): boolean {
    return (this.#open?.connection.stats().openStreams ?? 0) > 0;
  }

  /** Calls back when its event loop has turned; never when it stands still, which the watch ends it for. */
  whenResponsive(callback: () => void): void {
    this.#open?.transport.ping(callback);
  }

  /** Resolves when it is clear whether an exchange was lost because the sandbox has ended: soon. */
  async endKnown(): Promise<void> {
    let cancel = () => {};
    const soon = new Promise<void>((resolve) => {
      cancel = this.#options.clock.schedule(2 * LAST_WORDS_MS, resolve);
    });
    await Promise.race([this.ended, soon]);
    cancel();
  }

  /** To be called when something is about to run: keeps watch until nothing does. */
  watch(): void {
    if (!this.#cancelTick) this.#tick(this.#options.clock.now());
  }

  /** Calls back, once, when nothing is open; it is given no more requests. */
  whenIdle(callback: () => void): void {
    this.#onIdle = callback;
    this.watch();
  }

  /** Ends it at once; what is open fails with `connection-lost`. */
  stop(end: SandboxEnd): void {
    if (this.#end) return;
    this.#end = end;
    this.#cancelTick?.();
    this.#process?.terminate();
    this.#open?.connection.close(end.error);
    this.#control.port1.close();
    this.#stop.abort(end.error);
    this.#resolveEnded(end);
  }

  async #start(): Promise<VisitorConnection> {
    const { clock, create } = this.#options;
    const signal = this.#stop.signal;
    const cancelTimer = clock.schedule(START_TIMEOUT_MS, () =>
      this.#fail(`The sandbox was not ready after ${START_TIMEOUT_MS / 1000} s.`),
    );
    try {
      const running = new Promise<void>((resolve, reject) => {
        this.#onReady = resolve;
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      });
      // It rejects while something else is awaited, too, which is then told below.
      running.catch(() => undefined);
      const requests = new MessageChannel();
      const process = await create(this.#startMessage(requests.port2), { signal });
      this.#process = process;
      if (this.#end) process.terminate();
      void process.died.then((error) => this.#died(error));
      signal.throwIfAborted();
      this.#open = await openPortConnection(requests.port1, { clock, signal });
      void this.#open.connection.closed.then((error) => this.#died(error));
      await running;
      return this.#open.connection;
    } catch (thrown) {
      const error = asPeerServerError(thrown, 'host-failed');
      this.stop({ kind: 'not-started', error });
      throw this.#end?.error ?? error;
    } finally {
      cancelTimer();
    }
  }

  #startMessage(requests: MessagePort): StartMessage {
    const { site, settings, assets, database, clock } = this.#options;
    const { port1, port2: control } = this.#control;
    port1.addEventListener('message', ({ data }) => this.#receive(data));
    port1.start();
    const files = new MessageChannel();
    const connectionId = 'sandbox';
    acceptPortConnection(files.port1, {
      handler: assets,
      connectionId,
      answersPings: false,
      clock,
      signal: this.#stop.signal,
    }).catch((thrown: unknown) => this.#died(asPeerServerError(thrown, 'protocol-violation')));
    const { development, variables, integers, sessionLifetimeMs, outboundFetch } = settings;
    return {
      kind: 'start',
      code: site.code,
      settings: { development, variables, integers, sessionLifetimeMs, outboundFetch },
      ports: { control, requests, assets: files.port2, database },
    };
  }

  #receive(data: unknown): void {
    if (this.#end) return;
    const message = parseRuntimeMessage(data);
    if (!this.#maySay(message ? weightOf(data) : NO_MESSAGE)) {
      const text = 'It sent far more messages than anybody can read.';
      this.stop({ kind: 'blocked', error: new PeerServerError('protocol-violation', text) });
      return;
    }
    // What is none of our messages comes from the site's own code, which harms nobody by a few.
    if (!message) return;
    if (message.kind === 'ready') this.#onReady();
    else if (message.kind === 'failed') this.#fail(message.text, message.stack);
    else this.#options.onMessage(message);
  }

  #maySay(weight: number): boolean {
    const now = this.#options.clock.now();
    const gained = ((now - this.#saidAt) / 1000) * MESSAGES_PER_SECOND;
    this.#mayStillSay = Math.min(MESSAGE_BURST, this.#mayStillSay + gained) - weight;
    this.#saidAt = now;
    return this.#mayStillSay >= 0;
  }

  #fail(text: string, stack?: string): void {
    const error = new PeerServerError('host-failed', text);
    this.stop({ kind: 'not-started', error, ...(stack === undefined ? {} : { stack }) });
  }

  #died(cause: PeerServerError | undefined): void {
    const text = cause?.message ?? 'The sandbox has ended.';
    const end = {
      kind: 'died',
      error: new PeerServerError('host-failed', text, { cause }),
    } as const;
    this.#options.clock.schedule(LAST_WORDS_MS, () => this.stop(end));
  }

  /**
   * Time counts in ticks, none of them longer than two: a tab that was asleep must not take its own sleep for
   * the sandbox's.
   */
  #tick(before: number): void {
    const { clock, settings } = this.#options;
    this.#cancelTick = clock.schedule(TICK_MS, () => {
      this.#cancelTick = undefined;
      const elapsed = Math.min(clock.now() - before, 2 * TICK_MS);
      if (this.#unanswered !== undefined) this.#unanswered += elapsed;
      const limit = Math.min(BLOCKED_AFTER_MS, settings.answerTimeoutMs);
      if (this.#unanswered !== undefined && this.#unanswered >= limit) {
        const text = `Nothing else could run for ${seconds(limit)}.`;
        this.stop({ kind: 'blocked', error: new PeerServerError('too-slow', text) });
        return;
      }
      if (!this.busy) {
        this.#unanswered = undefined;
        this.#onIdle();
        return;
      }
      if (this.#unanswered === undefined) this.#ping();
      this.#tick(clock.now());
    });
  }

  #ping(): void {
    this.#unanswered = 0;
    this.#open?.transport.ping(() => {
      this.#unanswered = undefined;
    });
  }
}

/** How many messages it counts for: by its text as it came, before that is cut to size. */
function weightOf(data: unknown): number {
  const text = typeof data === 'object' && data !== null && 'text' in data ? data.text : '';
  return 1 + (typeof text === 'string' ? Math.floor(text.length / MESSAGE_UNIT) : 0);
}

/** For people: `30 s`, `0.5 s`. */
export function seconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`;
}
