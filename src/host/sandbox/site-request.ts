/** How a visitor's request looks to the runtime, and the runtime's answer to a visitor. */
import {
  type BodyReader,
  type HeaderList,
  type HostRequest,
  headerValue,
  type ReceivedBody,
  type RequestHead,
  type ResponseBody,
} from '../../protocol/http-message.ts';
import { RUNTIME_HEADERS } from '../runtime/messages.ts';

/** All names of `RUNTIME_HEADERS` and its like begin so; they are nobody's but ours. */
const OWN_PREFIX = 'peerserver-';
/** Host and port: letters, digits and what separates them. */
const HOST = /^[a-z0-9.-]+(:\d+)?$|^\[[0-9a-f:.]+\](:\d+)?$/i;

/** What of the site's code is to answer. */
export type Run =
  | {
      readonly kind: 'route';
      readonly file: string;
      readonly params: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'server' };

/**
 * The head as the runtime reads it.
 * @param number of the request, for messages
 * @param scheme under which visitors know the site
 */
export function runtimeHead(
  request: HostRequest,
  run: Run,
  number: number,
  scheme: 'http' | 'https',
): RequestHead {
  const visitors = withoutOwn(request.headers);
  const host = headerValue(visitors, 'host');
  const params = run.kind === 'route' ? run.params : {};
  return {
    method: request.method,
    target: request.target,
    headers: [
      ...visitors,
      [RUNTIME_HEADERS.request, String(number)],
      [RUNTIME_HEADERS.run, run.kind === 'route' ? encodeURI(`route ${run.file}`) : 'server'],
      [RUNTIME_HEADERS.params, encodeURIComponent(JSON.stringify(params))],
      [RUNTIME_HEADERS.visitorKey, request.visitor.key],
      [RUNTIME_HEADERS.origin, originOf(scheme, host)],
    ],
  };
}

/** The site's origin as the visitor names it; what makes no address, such as a port of 99999, is nobody's name. */
function originOf(scheme: 'http' | 'https', host: string | undefined): string {
  if (host !== undefined && HOST.test(host)) {
    const address = `${scheme}://${host}`;
    if (URL.canParse(address)) return new URL(address).origin;
  }
  return `${scheme}://localhost`;
}

/** Without the fields that only host and runtime say to each other. */
export function withoutOwn(headers: HeaderList): HeaderList {
  return headers.filter(([name]) => !name.startsWith(OWN_PREFIX));
}

/** The body of an answer on its way on: whole when it is here already, else as a stream that is read on demand. */
export function passedOn(body: ReceivedBody | null): ResponseBody {
  if (!body) return null;
  const whole = body.takeComplete();
  if (whole) return whole;
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        const part = await body.read();
        if (part) controller.enqueue(part);
        else controller.close();
      },
      cancel: (reason) => body.cancel(reason),
    },
    // Nothing waits here that the connection does not count.
    { highWaterMark: 0 },
  );
}

/** A request's body that tells when it is read. */
export class WatchedBody implements BodyReader {
  readonly #body: BodyReader;
  readonly #progress: () => void;
  #touched = false;

  /** @param progress called with each piece: who still sends is not overdue */
  constructor(body: BodyReader, progress: () => void) {
    this.#body = body;
    this.#progress = progress;
  }

  /** True when a piece was asked for: the body cannot be sent again. */
  get touched(): boolean {
    return this.#touched;
  }

  async read(): Promise<Uint8Array<ArrayBuffer> | null> {
    this.#touched = true;
    const part = await this.#body.read();
    this.#progress();
    return part;
  }

  /**
   * Does nothing: cancelling the visitor's body would end the visitor's exchange, which still has to get the
   * answer. What is left of the body when that has been sent, the connection throws away.
   */
  cancel(): void {}
}
