/**
 * The connection worker's part in cookies: every request takes along what scripts have written and what is
 * known of the jar; every answer is held back until the pages have what it says (SPEC section 14).
 */
import { bodyOfStream } from '../../protocol/body-streams.ts';
import { type Clock, systemClock } from '../../protocol/clock.ts';
import {
  COOKIE_FIELDS,
  COOKIES_TARGET,
  type CookieState,
  formatKnown,
  type KnownState,
  OWN_FIELD_PREFIX,
  parseCookieState,
} from '../../protocol/cookie-sync.ts';
import { asPeerServerError } from '../../protocol/errors.ts';
import {
  type BodyReader,
  type HeaderList,
  headerValue,
  type RequestHead,
  type SocketAnswer,
  type VisitorResponse,
} from '../../protocol/http-message.ts';
import type { SiteConnection } from '../site-connection.ts';
import { MAX_PENDING, type PendingWrite, PendingWrites } from './pending-writes.ts';
import { untilAborted, withinTime } from './wait-limit.ts';

/** Bytes of writes that a request may carry in its head; more go ahead of it in a body. */
const HEAD_WRITE_BYTES = 8 * 1024;
/** Writes that a request may carry in its head: most of the fields of a header block (SPEC R1) are the page's. */
const HEAD_WRITES = 64;
/** Bytes of one body of writes; the host takes twice as much. */
const BODY_WRITE_BYTES = 64 * 1024;
/** Longest state that is read from a host, bytes: some times what a jar can hold. */
const STATE_BYTES = 1024 * 1024;
/** A page that writes mostly asks for something right afterwards; otherwise the write goes by itself. */
const FLUSH_AFTER_MS = 30;
/** A host that is slow to tell the cookies holds up the first page so long, and no longer. */
const CONNECTED_WITHIN_MS = 3_000;
/**
 * Requests of the page wait for the courier's own exchanges: so long, and no longer. As long as a connection may
 * be silent (SPEC K2), so that a host that is there has all the time it can need.
 */
const EXCHANGE_WITHIN_MS = 10_000;
/** Writes of other tabs go with this one's requests, and by themselves only if their own tab is gone. */
const FLUSH_FOREIGN_AFTER_MS = 2_000;

export interface CookieCourierOptions {
  readonly site: Pick<SiteConnection, 'request' | 'openSocket'>;
  /** Name of this shell as a writer. */
  readonly writer: string;
  /** Hands a state to the pages of the site; resolves when this shell's has it, or those of all tabs. */
  publish(state: CookieState, forAll: boolean): Promise<void>;
  readonly clock?: Clock;
  /** Time of day, milliseconds since 1970; default Date.now. */
  readonly now?: () => number;
}

type RequestOptions = Parameters<SiteConnection['request']>[2];

export class CookieCourier {
  readonly #options: CookieCourierOptions;
  readonly #clock: Clock;
  readonly #now: () => number;
  readonly #pending = new PendingWrites();
  #known: KnownState | undefined;
  /** The host has shown that it keeps cookies; one of an earlier version does not. */
  #hostKeeps = false;
  /** The flush that is to come. */
  #nextFlush: { readonly at: number; readonly cancel: () => void } | undefined;
  #flushing: Promise<void> | undefined;

  constructor(options: CookieCourierOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#now = options.now ?? Date.now;
  }

  /** Takes what a script has written, here or in another tab; it is repeated until the host has done it. */
  write(write: PendingWrite): void {
    if (!this.#pending.add(write)) return;
    this.#flushLater(
      write.writer === this.#options.writer ? FLUSH_AFTER_MS : FLUSH_FOREIGN_AFTER_MS,
    );
  }

  /** Forgets writes that another tab was told are done. */
  acknowledge(acks: CookieState['acks']): void {
    this.#pending.acknowledge(acks);
  }

  /** As `SiteConnection.request`, with the cookies that go with it. */
  async request(
    head: RequestHead,
    openBody: (() => BodyReader) | null,
    options?: RequestOptions,
  ): Promise<VisitorResponse> {
    const { signal } = options ?? {};
    const outgoing = await this.#outgoing(head, signal);
    const response = await this.#options.site.request(outgoing, openBody, options);
    try {
      return { ...response, headers: await this.#incoming(response.headers, signal) };
    } catch (error) {
      response.body?.cancel(error);
      throw error;
    }
  }

  /** As `SiteConnection.openSocket`, with the cookies that go with it. */
  async openSocket(
    head: RequestHead,
    options?: Parameters<SiteConnection['openSocket']>[1],
  ): Promise<SocketAnswer> {
    const { signal } = options ?? {};
    const outgoing = await this.#outgoing(head, signal);
    const answer = await this.#options.site.openSocket(outgoing, options);
    try {
      if (answer.kind === 'open') {
        return { ...answer, headers: await this.#incoming(answer.headers, signal) };
      }
      const { response } = answer;
      const headers = await this.#incoming(response.headers, signal);
      return { kind: 'refused', response: { ...response, headers } };
    } catch (error) {
      // Nobody else knows of it.
      if (answer.kind === 'open') answer.socket.close();
      else answer.response.body?.cancel(error);
      throw error;
    }
  }

  /**
   * Brings the pages up to date after connecting: before the first page may run, and after a loss. Resolves
   * in any case and before long; what could not be had by then comes with the next answer.
   */
  connected(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.schedule(CONNECTED_WITHIN_MS, resolve);
      void this.#bringUpToDate().then(() => {
        cancel();
        resolve();
      });
    });
  }

  /** Never rejects. */
  async #bringUpToDate(): Promise<void> {
    try {
      this.#hostKeeps = await this.#withinTime((signal) => this.#exchange(null, false, signal));
      if (this.#pending.size > 0) await this.flush();
    } catch (error) {
      this.#reportUnlessLost(error);
    }
  }

  /** Brings all writes to the host that have not been acknowledged. Rejects when they do not arrive in time. */
  flush(): Promise<void> {
    this.#flushing ??= this.#withinTime((signal) => this.#flush(signal)).finally(() => {
      this.#flushing = undefined;
    });
    return this.#flushing;
  }

  async #flush(signal: AbortSignal): Promise<void> {
    while (this.#hostKeeps && this.#pending.size > 0) {
      const { writes, lines } = this.#pending.first(BODY_WRITE_BYTES, MAX_PENDING, this.#now());
      const body = new Blob([lines.join('\n')]);
      if (!(await this.#exchange(body, false, signal))) return;
      // A host that does not acknowledge would be asked for ever.
      if (writes.every((write) => this.#pending.has(write))) return;
    }
  }

  #withinTime<T>(work: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    return withinTime({ clock: this.#clock, ms: EXCHANGE_WITHIN_MS, signal }, work);
  }

  /** Asks the host's own target; false when it does not know it. */
  async #exchange(body: Blob | null, forAll: boolean, signal: AbortSignal): Promise<boolean> {
    const head = {
      method: body ? 'POST' : 'GET',
      target: COOKIES_TARGET,
      headers: [[COOKIE_FIELDS.state, formatKnown(this.#known)]],
    } as const;
    const openBody = body ? () => bodyOfStream(body.stream()) : null;
    const { status, body: answer } = await this.#options.site.request(head, openBody, {
      signal,
    });
    const text = await readText(answer, STATE_BYTES);
    const state = status === 200 ? parseCookieState(text, this.#now()) : undefined;
    if (!state || state.scope === 'large') return false;
    await this.#take(state, forAll);
    return true;
  }

  async #outgoing(head: RequestHead, signal: AbortSignal | undefined): Promise<RequestHead> {
    const own = head.headers.filter(
      ([name]) => !name.startsWith(OWN_FIELD_PREFIX) || name === COOKIE_FIELDS.credentials,
    );
    const first = () => this.#pending.first(HEAD_WRITE_BYTES, HEAD_WRITES, this.#now()).lines;
    let lines = first();
    if (lines.length < this.#pending.size && this.#hostKeeps) {
      // If it fails, the request itself meets the same trouble and tells of it.
      await untilAborted(this.flush(), signal).catch(() => undefined);
      lines = first();
    }
    const fields: HeaderList = [
      [COOKIE_FIELDS.state, formatKnown(this.#known)],
      ...lines.map((line) => [COOKIE_FIELDS.write, line] as const),
    ];
    return { ...head, headers: [...own, ...fields] };
  }

  async #incoming(headers: HeaderList, signal: AbortSignal | undefined): Promise<HeaderList> {
    const field = headerValue(headers, COOKIE_FIELDS.state);
    const state = field === undefined ? undefined : parseCookieState(field, this.#now());
    if (state?.scope === 'large') {
      await this.#withinTime((within) => this.#exchange(null, true, within), signal);
    }
    if (state) {
      this.#hostKeeps = true;
      await this.#take(state, true);
    }
    return headers.filter(([name]) => name !== 'set-cookie' && !name.startsWith(OWN_FIELD_PREFIX));
  }

  async #take(state: CookieState, forAll: boolean): Promise<void> {
    this.acknowledge(state.acks);
    if (state.scope !== 'large') {
      const isSameJar = this.#known?.epoch === state.epoch;
      const isAhead = !isSameJar || state.version > (this.#known?.version ?? 0);
      // Changes of a jar that is not known here are of no use; all of it comes with the next answer.
      if (isAhead && (isSameJar || state.scope === 'all')) {
        this.#known = { epoch: state.epoch, version: state.version };
      }
    }
    await this.#options.publish(state, forAll);
  }

  #flushLater(ms: number): void {
    const at = this.#clock.now() + ms;
    // A script that writes all the time must not put it off for ever.
    if (this.#nextFlush && this.#nextFlush.at <= at) return;
    this.#nextFlush?.cancel();
    const cancel = this.#clock.schedule(ms, () => {
      this.#nextFlush = undefined;
      this.flush().catch((error: unknown) => this.#reportUnlessLost(error));
    });
    this.#nextFlush = { at, cancel };
  }

  /** A lost connection is told elsewhere, and after the next one all is done again. */
  #reportUnlessLost(error: unknown): void {
    const { code, message } = asPeerServerError(error, 'host-failed');
    if (code === 'connection-lost' || code === 'stream-refused') return;
    console.warn(`PeerServer: cookies could not be brought to the host (${code}). ${message}`);
  }
}

/** A body as text, as far as `maxBytes`; more is no state of ours. */
async function readText(body: BodyReader | null, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for (let chunk = await body?.read(); chunk; chunk = await body?.read()) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      body?.cancel();
      return '';
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
