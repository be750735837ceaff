/**
 * EventSource, made of `fetch`. Browsers' own work through a service worker as long as all goes well. But
 * Chromium's does not show it the field `Last-Event-ID`, so that a stream that was cut would begin from the start
 * again; and Firefox's ends for good when a service worker fails it, as it must while a host is away.
 */
import { EventStreamParser, type StreamedEvent } from './event-stream.ts';
import type { PageWindow } from './own-url.ts';

const CONNECTING = 0;
const OPEN = 1;
const CLOSED = 2;
/** As in Chromium, unless the stream says otherwise. */
const DEFAULT_RETRY_MS = 3_000;

/** Puts it in the place of the browser's own, which streams of other origins keep. */
export function installEventSource(page: PageWindow): void {
  const native = page.EventSource;
  const Emulated = eventSourceFor(page);
  page.EventSource = new Proxy(native, {
    construct(target, [address, init]: [string | URL, EventSourceInit?], newTarget) {
      const url = parseAddress(page, String(address));
      // Also what has no address, which is the browser's to refuse in its own words.
      if (url === undefined || newTarget !== page.EventSource) {
        return Reflect.construct(target, [address, init], newTarget);
      }
      return new Emulated(url, init?.withCredentials ?? false);
    },
  });
  // So that `instanceof` holds, and what a page adds to the prototype is there.
  Object.setPrototypeOf(Emulated.prototype, native.prototype);
}

function parseAddress(page: PageWindow, address: string): URL | undefined {
  if (!URL.canParse(address, page.document.baseURI)) return undefined;
  const url = new URL(address, page.document.baseURI);
  // Frames that a page writes itself have no address of their own, but the page's origin.
  return url.origin === window.location.origin ? url : undefined;
}

type Handler = ((event: Event) => void) | null;

function eventSourceFor(page: PageWindow) {
  const { fetch } = page;

  return class EventSource extends page.EventTarget {
    readonly url: string;
    readonly withCredentials: boolean;
    readyState = CONNECTING;
    readonly #abort = new page.AbortController();
    readonly #handlers = new Map<string, Handler>();
    #lastEventId = '';
    #retryMs = DEFAULT_RETRY_MS;
    /** The page's Content-Security-Policy has forbidden it, and will again. */
    #isForbidden = false;

    constructor(url: URL, withCredentials: boolean) {
      super();
      this.url = url.href;
      this.withCredentials = withCredentials;
      for (const type of ['open', 'message', 'error']) this.#addHandler(type);
      const forbid = ({ blockedURI, disposition }: SecurityPolicyViolationEvent) => {
        if (disposition === 'enforce' && this.url.startsWith(blockedURI)) this.#isForbidden = true;
      };
      const { signal } = this.#abort;
      page.document.addEventListener('securitypolicyviolation', forbid, { signal });
      void this.#run();
    }

    close(): void {
      this.readyState = CLOSED;
      this.#abort.abort();
    }

    /** Connects until it is closed, or until an answer says that there is nothing to come back for. */
    async #run(): Promise<void> {
      while (this.readyState !== CLOSED) {
        const comesBack = (await this.#connect()) && !this.#isForbidden;
        if (this.readyState === CLOSED) return;
        this.readyState = comesBack ? CONNECTING : CLOSED;
        if (!comesBack) this.#abort.abort();
        this.dispatchEvent(new page.Event('error'));
        if (comesBack) await new Promise((resolve) => page.setTimeout(resolve, this.#retryMs));
      }
    }

    /** One connection to its end; true if another one is to follow. */
    async #connect(): Promise<boolean> {
      try {
        const response = await fetch(this.url, {
          headers: {
            accept: 'text/event-stream',
            ...(this.#lastEventId === '' ? {} : { 'last-event-id': asBytes(this.#lastEventId) }),
          },
          cache: 'no-store',
          credentials: this.withCredentials ? 'include' : 'same-origin',
          signal: this.#abort.signal,
        });
        const type = response.headers.get('content-type') ?? '';
        if (response.status !== 200 || !/^text\/event-stream *(;|$)/i.test(type)) {
          return false;
        }
        this.readyState = OPEN;
        this.dispatchEvent(new page.Event('open'));
        await this.#read(response);
      } catch {
        // A connection that failed, or was cut: both are taken up again. Closed is told by the state.
      }
      return true;
    }

    async #read(response: Response): Promise<void> {
      const { origin } = new URL(response.url);
      const parser = new EventStreamParser(this.#lastEventId, (event) => this.#show(event, origin));
      const reader = response.body?.getReader();
      const decoder = new TextDecoder();
      for (let next = await reader?.read(); next?.value; next = await reader?.read()) {
        parser.push(decoder.decode(next.value, { stream: true }));
        this.#lastEventId = parser.lastEventId;
        this.#retryMs = parser.retryMs ?? this.#retryMs;
      }
    }

    #show({ type, data, lastEventId }: StreamedEvent, origin: string): void {
      if (this.readyState === CLOSED) return;
      this.dispatchEvent(new page.MessageEvent(type, { data, origin, lastEventId }));
    }

    /** `onopen` and its like: a property that is called as long as it holds a function. */
    #addHandler(type: string): void {
      this.addEventListener(type, (event) => this.#handlers.get(type)?.call(this, event));
      Object.defineProperty(this, `on${type}`, {
        configurable: true,
        enumerable: true,
        get: () => this.#handlers.get(type) ?? null,
        set: (handler: unknown) => {
          this.#handlers.set(type, typeof handler === 'function' ? (handler as Handler) : null);
        },
      });
    }
  };
}

/** Ids are text and header values are bytes: the bytes of its UTF-8, one character each. */
function asBytes(id: string): string {
  return String.fromCharCode(...new TextEncoder().encode(id));
}
