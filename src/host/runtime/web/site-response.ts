/** `Response` as a site's code sees it: a native one that keeps what browsers take away. */
import type { HeaderList, ReceivedBody } from '../../../protocol/http-message.ts';
import { isCopiedLength, rememberLength, saidLength } from './copied-lengths.ts';
import { type SentBody, SiteBody } from './site-body.ts';
import { standInFor } from './stand-in.ts';
import type { PairedSocket } from './web-socket-pair.ts';

const NativeResponse = Response;

/** What the constructor takes beside the platform's. */
export interface SiteResponseInit extends ResponseInit {
  /** The visitor's end of a WebSocketPair, with status 101. */
  readonly webSocket?: PairedSocket | null;
}

/** An answer's parts, ready to be sent. */
export interface SentResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly body: SentBody;
  /** The length that the headers say, unless it may be that of another body. */
  readonly length: number | undefined;
  readonly webSocket: PairedSocket | null;
}

const SWITCHING_PROTOCOLS = 101;
const WITHOUT_BODY = new Set([101, 204, 205, 304]);
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * Browsers' own Response drops Set-Cookie and refuses status 101. This one is a true subclass, for
 * `instanceof`, with status, headers and body of its own.
 */
export class SiteResponse extends NativeResponse {
  readonly #status: number;
  readonly #headers: Headers;
  readonly #webSocket: PairedSocket | null;
  #body: SiteBody;
  /** Where it came from, when it came from the network. */
  #origin: Pick<Response, 'url' | 'redirected' | 'type'> | undefined;

  constructor(body?: BodyInit | null, init: SiteResponseInit = {}) {
    const status = init.status ?? 200;
    const webSocket = init.webSocket ?? null;
    checkStatus(status, webSocket, body);
    const { statusText } = init;
    super(null, {
      status: status === SWITCHING_PROTOCOLS ? 200 : status,
      ...(statusText === undefined ? {} : { statusText }),
    });
    const made = SiteBody.of(body);
    this.#status = status;
    this.#webSocket = webSocket;
    this.#body = made.body;
    this.#headers = new Headers(init.headers);
    if (made.type && !this.#headers.has('content-type')) {
      this.#headers.set('content-type', made.type);
    }
  }

  /** @param url absolute, or relative to the request's address, which Workers do not allow */
  static override redirect(url: string | URL, status = 302): SiteResponse {
    if (!REDIRECTS.has(status)) throw new RangeError(`${status} is no status of a redirect.`);
    return new SiteResponse(null, { status, headers: { location: location(String(url)) } });
  }

  static override json(data: unknown, init: SiteResponseInit = {}): SiteResponse {
    const text = JSON.stringify(data);
    if (text === undefined) throw new TypeError('This value cannot be written as JSON.');
    const headers = new Headers(init.headers);
    if (!headers.has('content-type')) headers.set('content-type', 'application/json');
    return new SiteResponse(text, { ...initOf(init), headers });
  }

  /** An answer that came from the network. Its body arrives decoded, so the fields that speak of its code go. */
  static fromNetwork(response: Response): SiteResponse {
    const { status, statusText, url, redirected, type } = response;
    // A filtered answer (status 0) can neither be made nor be used.
    if (status < 200) throw new TypeError('The answer cannot be read.');
    const headers = new Headers(response.headers);
    headers.delete('content-encoding');
    rememberLength(headers);
    const made = new SiteResponse(null, { status, statusText, headers });
    made.#body = SiteBody.ofNative(response);
    made.#origin = { url, redirected, type };
    return made;
  }

  /** An answer that the host gave. */
  static fromHost(status: number, headers: HeaderList, body: ReceivedBody | null): SiteResponse {
    const made = new SiteResponse(null, { status });
    for (const [name, value] of headers) made.#headers.append(name, value);
    rememberLength(made.#headers);
    const whole = body?.takeComplete();
    made.#body = whole
      ? SiteBody.of(whole).body
      : SiteBody.ofReader(body, Number.POSITIVE_INFINITY, 'host');
    return made;
  }

  /** What is to be sent of any answer, ours or native. Throws TypeError when its body was read before. */
  static toSend(response: Response): SentResponse {
    if (#body in response) {
      return {
        status: response.#status,
        headers: response.#headers,
        body: response.#body.send(),
        length: lengthOf(response.#headers, response.#body),
        webSocket: response.#webSocket,
      };
    }
    const { status, headers } = response;
    const body = SiteBody.ofNative(response).send();
    return { status, headers, body, length: undefined, webSocket: null };
  }

  override get status(): number {
    return this.#status;
  }

  override get ok(): boolean {
    return this.#status >= 200 && this.#status <= 299;
  }

  override get headers(): Headers {
    return this.#headers;
  }

  override get url(): string {
    return this.#origin?.url ?? '';
  }

  override get redirected(): boolean {
    return this.#origin?.redirected ?? false;
  }

  override get type(): ResponseType {
    return this.#origin?.type ?? 'default';
  }

  get webSocket(): PairedSocket | null {
    return this.#webSocket;
  }

  override get body(): ReadableStream<Uint8Array<ArrayBuffer>> | null {
    return this.#body.stream;
  }

  override get bodyUsed(): boolean {
    return this.#body.used;
  }

  override text(): Promise<string> {
    return this.#body.text();
  }

  // biome-ignore lint/suspicious/noExplicitAny: as the platform declares it.
  override json(): Promise<any> {
    return this.#body.json();
  }

  override arrayBuffer(): Promise<ArrayBuffer> {
    return this.#body.arrayBuffer();
  }

  override bytes(): Promise<Uint8Array<ArrayBuffer>> {
    return this.#body.bytes();
  }

  override blob(): Promise<Blob> {
    return this.#body.blob(this.#headers.get('content-type'));
  }

  override formData(): Promise<FormData> {
    return this.#body.formData(this.#headers.get('content-type'));
  }

  override clone(): SiteResponse {
    if (this.#webSocket) throw new TypeError('An answer with a WebSocket cannot be cloned.');
    const body = this.#body.clone();
    const copy = new SiteResponse(null, initOf(this));
    copy.#body = body;
    copy.#origin = this.#origin;
    return copy;
  }
}

standInFor(SiteResponse, NativeResponse);

function checkStatus(status: number, webSocket: PairedSocket | null, body: unknown): void {
  if (status === SWITCHING_PROTOCOLS) {
    if (!webSocket) {
      throw new RangeError(
        'Status 101 needs a WebSocket: new Response(null, { status: 101, webSocket }).',
      );
    }
  } else if (webSocket) {
    throw new RangeError('An answer with a WebSocket needs the status 101.');
  } else if (!Number.isInteger(status) || status < 200 || status > 599) {
    throw new RangeError(`The status must be between 200 and 599, not ${status}.`);
  }
  if (WITHOUT_BODY.has(status) && body !== null && body !== undefined) {
    throw new TypeError(`An answer with status ${status} cannot have a body.`);
  }
}

/** What the headers say of this body's length, and not of the body that they were copied from. */
function lengthOf(headers: Headers, { origin }: SiteBody): number | undefined {
  const length = saidLength(headers);
  if (length === undefined || origin === 'network') return undefined;
  return origin === 'author' && isCopiedLength(length) ? undefined : length;
}

/** The parts of an init that are set, since another answer may be given as one. */
function initOf({ status, statusText, headers }: SiteResponseInit): SiteResponseInit {
  return {
    ...(status === undefined ? {} : { status }),
    ...(statusText === undefined ? {} : { statusText }),
    ...(headers === undefined ? {} : { headers }),
  };
}

/** An address as a field's value. Throws TypeError for what is none. */
export function location(url: string): string {
  try {
    return new URL(url).href;
  } catch {
    // Relative: checked, and kept relative, so that it holds whatever origin the visitor knows the site by.
    new URL(url, 'http://site.invalid/');
    return url.trim().replace(/[^\x21-\x7e]+/g, encodeURIComponent);
  }
}
