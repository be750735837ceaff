import { bodyOfStream } from '../../protocol/body-streams.ts';
import { asPeerServerError } from '../../protocol/errors.ts';
import type { ReceivedBody } from '../../protocol/http-message.ts';
import {
  BRIDGE_VERSION,
  BRIDGE_WINDOW,
  isInvitation,
  shellLockName,
  type ToShell,
  type ToWorker,
} from '../bridge/messages.ts';
import type { SiteConnection } from '../site-connection.ts';

/** Firefox ends a service worker 30 s after its last event, whatever it streams; this leaves some room. */
const KEEP_ALIVE_MS = 20_000;

type RequestMessage = Extract<ToShell, { kind: 'request' }>;

/**
 * The shell's end of the bridge: takes what the service worker was asked and answers it over the site's
 * connection. A service worker that was stopped and started again simply sends a new invitation.
 * @param shell token of this shell; also names the lock that tells of its end
 */
export function serveBridge(
  container: ServiceWorkerContainer,
  site: SiteConnection,
  shell: string,
): void {
  // Held as long as this page lives; its release is how the service worker learns of our end. It must not
  // hear of the shell before the lock is held, or it would take it at once.
  const locked = new Promise<void>((resolve) => {
    void navigator.locks.request(shellLockName(shell), () => {
      resolve();
      return new Promise<never>(() => {});
    });
  });
  const keepAlive = new KeepAlive(container);
  container.addEventListener('message', (event) => {
    const [port] = event.ports;
    if (!isInvitation(event.data) || !port) return;
    void locked.then(() => new BridgePort(port, site, keepAlive).open(shell));
  });
  container.startMessages();
}

/** One port, that is one life of a service worker. */
class BridgePort {
  readonly #port: MessagePort;
  readonly #site: SiteConnection;
  readonly #keepAlive: KeepAlive;
  readonly #open = new Map<number, OpenAnswer>();

  constructor(port: MessagePort, site: SiteConnection, keepAlive: KeepAlive) {
    this.#port = port;
    this.#site = site;
    this.#keepAlive = keepAlive;
  }

  open(shell: string): void {
    this.#port.onmessage = (event: MessageEvent<ToShell>) => this.#receive(event.data);
    this.#post({ kind: 'ready', version: BRIDGE_VERSION, shell });
  }

  #receive(message: ToShell): void {
    switch (message.kind) {
      case 'request':
        void this.#answer(message);
        break;
      case 'credit':
        this.#open.get(message.id)?.grant(message.bytes);
        break;
      case 'cancel':
        this.#open.get(message.id)?.abort.abort();
        break;
      case 'ping':
        this.#post({ kind: 'pong' });
        break;
    }
  }

  async #answer(message: RequestMessage): Promise<void> {
    const { id, body } = message;
    const answer = new OpenAnswer();
    this.#open.set(id, answer);
    try {
      const openBody = body.kind === 'blob' ? () => bodyOfStream(body.blob.stream()) : null;
      const { signal } = answer.abort;
      const response = await this.#site.request(message, openBody, { signal });
      const { status, headers } = response;
      const whole = response.body?.takeComplete();
      if (response.body === null || whole?.length === 0) {
        this.#post({ kind: 'answer', id, status, headers, body: { kind: 'none' } });
      } else if (whole) {
        const transfer = [whole.buffer];
        this.#post(
          { kind: 'answer', id, status, headers, body: { kind: 'whole', bytes: whole } },
          transfer,
        );
      } else {
        this.#post({ kind: 'answer', id, status, headers, body: { kind: 'stream' } });
        await this.#keepAlive.during(() => this.#stream(id, response.body as ReceivedBody, answer));
      }
    } catch (thrown) {
      const { code, message: text } = asPeerServerError(thrown, 'connection-lost');
      this.#post({ kind: 'failed', id, code, message: text });
    } finally {
      this.#open.delete(id);
    }
  }

  async #stream(id: number, body: ReceivedBody, answer: OpenAnswer): Promise<void> {
    for (let chunk = await body.read(); chunk !== null; chunk = await body.read()) {
      const { length } = chunk;
      // The bytes are handed over, not copied: nobody else looks at this message's buffer.
      this.#post({ kind: 'chunk', id, bytes: chunk }, [chunk.buffer]);
      await answer.spend(length);
    }
    this.#post({ kind: 'end', id });
  }

  #post(message: ToWorker, transfer: Transferable[] = []): void {
    this.#port.postMessage(message, transfer);
  }
}

/** What is known of an answer under way: how much more may be posted, and how it is given up. */
class OpenAnswer {
  readonly abort = new AbortController();
  #credit = BRIDGE_WINDOW;
  #wake: () => void = () => {};

  constructor() {
    this.abort.signal.addEventListener('abort', () => this.#wake());
  }

  grant(bytes: number): void {
    this.#credit += bytes;
    if (this.#credit > 0) this.#wake();
  }

  /** Counts posted bytes; resolves when more may be posted. */
  spend(bytes: number): Promise<void> {
    this.#credit -= bytes;
    if (this.#credit > 0 || this.abort.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

/** Sends the service worker an event now and then while bodies stream, so that it is not stopped halfway. */
class KeepAlive {
  readonly #container: ServiceWorkerContainer;
  #streams = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(container: ServiceWorkerContainer) {
    this.#container = container;
  }

  async during(stream: () => Promise<void>): Promise<void> {
    this.#streams += 1;
    this.#timer ??= setInterval(() => void this.#ping(), KEEP_ALIVE_MS);
    try {
      await stream();
    } finally {
      this.#streams -= 1;
      if (this.#streams === 0) {
        clearInterval(this.#timer);
        this.#timer = undefined;
      }
    }
  }

  async #ping(): Promise<void> {
    const registration = await this.#container.getRegistration('/');
    registration?.active?.postMessage({ kind: 'peerserver-keep-alive' });
  }
}
