/** `Request` as a site's code sees it: a native one that keeps what browsers take away. */
import type { BodyReader } from '../../../protocol/http-message.ts';
import { SiteBody } from './site-body.ts';
import { standInFor } from './stand-in.ts';

const NativeRequest = Request;

/** A request of a visitor, as it came. */
export interface IncomingRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: BodyReader | null;
  readonly maxBodyBytes: number;
  readonly signal: AbortSignal;
}

/** The methods that the Fetch standard writes in capitals, however they are spelled. */
const NORMALIZED = new Set(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'POST', 'PUT']);
const METHOD = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/**
 * Browsers' own Request drops Cookie, Host, Origin and others, and Firefox's has no `body`. This one is a
 * true subclass, for `instanceof`, with headers, method, body and signal of its own.
 */
export class SiteRequest extends NativeRequest {
  readonly #method: string;
  readonly #headers: Headers;
  readonly #signal: AbortSignal;
  #body: SiteBody;

  constructor(input: RequestInfo | URL, init: RequestInit = {}) {
    const from = input instanceof NativeRequest ? input : undefined;
    const redirect = init.redirect ?? from?.redirect;
    super(from ? from.url : input, redirect ? { redirect } : {});
    this.#method = normalizedMethod(init.method ?? from?.method ?? 'GET');
    this.#headers = new Headers(init.headers ?? from?.headers);
    this.#signal = init.signal ?? from?.signal ?? new AbortController().signal;
    this.#body = SiteBody.none();
    if (init.body !== undefined && init.body !== null) {
      if (this.#method === 'GET' || this.#method === 'HEAD') {
        throw new TypeError(`A ${this.#method} request cannot have a body.`);
      }
      const { body, type } = SiteBody.of(init.body);
      this.#body = body;
      if (type && !this.#headers.has('content-type')) this.#headers.set('content-type', type);
    } else if (from) {
      this.#body = bodyOf(from);
    }
  }

  /** A visitor's request. */
  static incoming(request: IncomingRequest): SiteRequest {
    const { method, url, headers, body, maxBodyBytes, signal } = request;
    const made = new SiteRequest(url, { method, signal });
    // Not through the constructor, which copies.
    for (const [name, value] of headers) made.#headers.append(name, value);
    made.#body = SiteBody.ofReader(body, maxBodyBytes);
    return made;
  }

  /** The body of one of ours, which counts as read then; undefined for any other request. */
  static takeBody(request: Request): SiteBody | undefined {
    return #body in request ? request.#body.move() : undefined;
  }

  override get method(): string {
    return this.#method;
  }

  override get headers(): Headers {
    return this.#headers;
  }

  override get signal(): AbortSignal {
    return this.#signal;
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

  override clone(): SiteRequest {
    const body = this.#body.clone();
    const { method, headers, signal, redirect } = this;
    const copy = new SiteRequest(this.url, { method, headers, signal, redirect });
    copy.#body = body;
    return copy;
  }
}

standInFor(SiteRequest, NativeRequest);

/** The body of a request that another one is made from. */
function bodyOf(request: Request): SiteBody {
  const own = SiteRequest.takeBody(request);
  if (own) return own;
  // A native one: the author had no other way to make it than through a service of the browser's.
  return SiteBody.of(request.body).body;
}

function normalizedMethod(method: string): string {
  if (!METHOD.test(method)) throw new TypeError(`"${method}" is no HTTP method.`);
  const upper = method.toUpperCase();
  return NORMALIZED.has(upper) ? upper : method;
}
