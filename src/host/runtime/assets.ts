/** `env.ASSETS` and `file()`: the site's static files, asked for at the host. */
import { bodyOfBytes, bodyOfStream } from '../../protocol/body-streams.ts';
import type { BodyReader, RequestHead, VisitorResponse } from '../../protocol/http-message.ts';
import { SiteError } from './errors/site-error.ts';
import { SiteRequest } from './web/site-request.ts';
import { SiteResponse } from './web/site-response.ts';

/** What of a connection to the host is used. */
export interface AssetConnection {
  request(
    head: RequestHead,
    body: BodyReader | null,
    options?: { readonly signal?: AbortSignal },
  ): Promise<VisitorResponse>;
}

/** Fields of a request that decide which part of a file is sent, and whether. */
const CONDITIONS = [
  'if-none-match',
  'if-modified-since',
  'if-match',
  'if-unmodified-since',
  'range',
  'if-range',
];
/** Of requests to nowhere: only their path counts. */
const BASE = 'http://assets.invalid/';

export interface FileOptions {
  readonly status?: number;
  readonly headers?: HeadersInit;
}

export class Assets {
  readonly #connection: AssetConnection;

  constructor(connection: AssetConnection) {
    this.#connection = connection;
  }

  /**
   * `env.ASSETS.fetch`: what a visitor would get at this address if there were no code.
   * @param input a request, an address, or a path alone, which Workers do not take
   */
  async fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    const isText = typeof input === 'string';
    const request = new SiteRequest(isText ? new URL(input, BASE) : input, init);
    const headers = [...request.headers].filter(([name]) => !name.startsWith('peerserver-'));
    const { pathname, search } = new URL(request.url);
    const body = SiteRequest.takeBody(request)?.send() ?? null;
    const reader =
      body === null
        ? null
        : body instanceof Uint8Array
          ? bodyOfBytes(body)
          : bodyOfStream(body as ReadableStream<Uint8Array<ArrayBuffer>>);
    const { method, signal } = request;
    return await this.#ask({ method, target: pathname + search, headers }, reader, signal);
  }

  /**
   * `file()`: a file of the site, with the request's own conditions and range.
   * Rejects with SiteError when there is none.
   * @param path below `public/`: `index.html`
   */
  async file(path: string, request: Request, options: FileOptions = {}): Promise<Response> {
    if (typeof path !== 'string')
      throw new SiteError('file() takes the path of a file: file("index.html").');
    const segments = path.split('/').filter((segment) => segment !== '' && segment !== '.');
    if (segments.includes('..')) throw new SiteError(`"${path}" leads out of the site's files.`);
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    const conditional = isRead && options.status === undefined;
    const headers = CONDITIONS.flatMap((name) => {
      const value = conditional ? request.headers.get(name) : null;
      return value === null ? [] : [[name, value] as const];
    });
    const target = `/${segments.map(encodeURIComponent).join('/')}`;
    const method = request.method === 'HEAD' ? 'HEAD' : 'GET';
    const response = await this.#ask({ method, target, headers }, null, request.signal);
    if (response.status === 404 || response.status === 301) {
      await response.body?.cancel();
      const what = response.status === 301 ? 'is a folder' : 'does not exist';
      throw new SiteError(`file("${path}"): public/${segments.join('/')} ${what}.`, {
        hint: 'file() takes the path of a file below public/, with its ending, as it is written there.',
      });
    }
    if (options.status === undefined && options.headers === undefined) return response;
    const merged = new Headers(response.headers);
    for (const [name, value] of new Headers(options.headers)) merged.set(name, value);
    const body = SiteResponse.toSend(response).body as BodyInit | null;
    return new SiteResponse(body, { status: options.status ?? response.status, headers: merged });
  }

  async #ask(head: RequestHead, body: BodyReader | null, signal: AbortSignal): Promise<Response> {
    const answer = await this.#connection.request(head, body, { signal });
    const { status, headers } = answer;
    return SiteResponse.fromHost(status, headers, answer.body);
  }
}
