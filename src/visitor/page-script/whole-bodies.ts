/**
 * Firefox takes the end of a service worker for the proper end of the bodies that it streamed. So what a page
 * reads of an answer is compared with the length that the service worker has told, and fails as it does on any
 * other cut connection. All else about a `Response` stays as it is: nothing here changes a byte, and where
 * nothing is known, nothing is said.
 */
import { OWN_PREFIX } from '../../address/address.ts';
import { BODY_TOTALS_CHANNEL } from '../bridge/body-totals.ts';
import { countedStream } from './counted-stream.ts';
import { ExpectedTotal, ExpectedTotals } from './expected-totals.ts';
import type { PageWindow } from './own-url.ts';
import { nativesOf, READS, type Read, wrap } from './response-natives.ts';

/** Follows the bodies of answers that it is shown. */
export interface WholeBodies {
  /** The answer to the request with this tag, which carries `whole`; its body will be checked. */
  check(id: string, answer: () => Promise<Response>): Promise<Response>;
  /** The answer to a request without a tag: checked if it says its length itself. */
  checkLength(answer: Promise<Response>): Promise<Response>;
}

/** For the browser that needs it; undefined in others. */
export function installWholeBodies(page: PageWindow): WholeBodies | undefined {
  // Firefox, known by what it lacks.
  if ('body' in page.Request.prototype) return undefined;
  const { BroadcastChannel, setTimeout } = page;
  const totals = new ExpectedTotals({
    listen(heard) {
      new BroadcastChannel(BODY_TOTALS_CHANNEL).onmessage = ({ data }) => heard(data);
    },
    pause: (ms) => new Promise((resolve) => setTimeout.call(page, resolve, ms)),
  });
  return followBodies(page, totals);
}

/** What is known of the body of an answer. */
interface Followed {
  readonly total: ExpectedTotal;
  /** Has the body as a page sees it since it asked for the stream. */
  shown?: Response;
}

/**
 * Wraps what reads bodies.
 * @param page whose classes are used as they are now; a script of the site may put others in their place
 * @param totals says how long bodies ought to be
 */
export function followBodies(
  { Response, TextDecoder, JSON }: Pick<PageWindow, 'Response' | 'TextDecoder' | 'JSON'>,
  totals: ExpectedTotals,
): WholeBodies {
  const { prototype } = Response;
  const { parse } = JSON;
  const native = nativesOf(prototype);
  const followed = new WeakMap<Response, Followed>();

  async function read(response: Response, name: Read, total: ExpectedTotal): Promise<unknown> {
    if (name === 'blob') {
      const blob = await native.read<Blob>(name, response);
      await total.confirm(blob.size);
      return blob;
    }
    const bytes = await native.read<ArrayBuffer>('arrayBuffer', response);
    await total.confirm(bytes.byteLength);
    switch (name) {
      case 'arrayBuffer':
        return bytes;
      case 'bytes':
        return new Uint8Array(bytes);
      case 'text':
        return new TextDecoder().decode(bytes);
      case 'json':
        return parse(new TextDecoder().decode(bytes));
      case 'formData':
        return native.read(name, new Response(bytes, typeOf(response)));
    }
  }

  for (const name of READS) {
    wrap(prototype, name, 'value', (target, response, args) => {
      const body = followed.get(response);
      if (body && !body.shown && !native.bodyUsed(response)) {
        return read(response, name, body.total);
      }
      return Reflect.apply(target, body?.shown ?? response, args);
    });
  }
  wrap(prototype, 'body', 'get', (_, response) => {
    const body = followed.get(response);
    const stream = native.body(body?.shown ?? response);
    if (!body || body.shown || !stream || native.bodyUsed(response)) return stream;
    const counted = countedStream(stream, (bytes) => body.total.confirm(bytes));
    body.shown = new Response(counted, typeOf(response));
    return native.body(body.shown);
  });
  wrap(prototype, 'bodyUsed', 'get', (target, response) =>
    Reflect.apply(target, followed.get(response)?.shown ?? response, []),
  );
  wrap(prototype, 'clone', 'value', (target, response, args) => {
    const body = followed.get(response);
    if (body?.shown) {
      const isTaken = native.bodyUsed(body.shown) || native.body(body.shown)?.locked;
      if (isTaken) return Reflect.apply(target, body.shown, args);
      // As always, who had the stream before the clone has one now that gives nothing.
      native.body(body.shown)?.getReader();
      delete body.shown;
    }
    const copy: Response = Reflect.apply(target, response, args);
    if (body) followed.set(copy, { total: body.total });
    return copy;
  });

  return {
    async check(id, answer) {
      const total = totals.expect(id);
      try {
        const response = await answer();
        // Its tag may have been lost on the way.
        if (response.redirected && !total.hasBegun) totals.forget(id);
        else if (isOurs(response)) followed.set(response, { total });
        else totals.forget(id);
        return response;
      } catch (error) {
        totals.forget(id);
        throw error;
      }
    },
    async checkLength(answer) {
      const response = await answer;
      const { status, headers } = response;
      const length = headers.get('content-length') ?? '';
      const isPlain = !headers.has('content-encoding') && status !== 204 && status !== 205;
      if (isOurs(response) && isPlain && /^\d{1,15}$/.test(length)) {
        followed.set(response, { total: ExpectedTotal.known(Number(length)) });
      }
      return response;
    },
  };
}

/** Whether the service worker has answered, with something of the host's. */
function isOurs({ status, url, headers }: Response): boolean {
  if (status < 200 || (status >= 300 && status < 400)) return false;
  const { origin, pathname } = new URL(url);
  const isOwn = origin === location.origin && !pathname.startsWith(OWN_PREFIX);
  return isOwn && !headers.has('peerserver-error');
}

/** The type of a body, which is what matters of a head where the body is read. */
function typeOf({ headers }: Response): ResponseInit {
  const type = headers.get('content-type');
  return type === null ? {} : { headers: { 'content-type': type } };
}
