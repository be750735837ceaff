/**
 * Firefox takes the end of a service worker for the proper end of the bodies that it streamed. So what a page
 * reads of such an answer is compared with the length that the service worker has told, and fails as it does on
 * any other cut connection. All else about a `Response` stays as it is: nothing here changes a byte, and where
 * nothing is known, nothing is said.
 */
import { BODY_TOTALS_CHANNEL } from '../bridge/body-totals.ts';
import { countedStream } from './counted-stream.ts';
import { type ExpectedTotal, ExpectedTotals } from './expected-totals.ts';
import { wrapNative } from './native-functions.ts';
import type { PageWindow } from './own-url.ts';
import { lacksRequestStreams } from './uploads.ts';

type Chunk = Uint8Array<ArrayBuffer>;

const READS = ['arrayBuffer', 'blob', 'bytes', 'formData', 'json', 'text'] as const;
type Read = (typeof READS)[number];

/**
 * Follows the body of an answer, if the service worker says that it streams it.
 * @param id of the request, whose tag asks for that
 * @param answer makes the request
 */
export type WholeBodies = (id: string, answer: () => Promise<Response>) => Promise<Response>;

/** For the browser that needs it; undefined in others. */
export function installWholeBodies(page: PageWindow): WholeBodies | undefined {
  if (!lacksRequestStreams) return undefined;
  const totals = new ExpectedTotals(page.setTimeout.bind(page));
  new page.BroadcastChannel(BODY_TOTALS_CHANNEL).onmessage = ({ data }) => totals.hear(data);
  return followBodies(page.Response, totals);
}

/** What is known of the body of an answer. */
interface Followed {
  readonly total: ExpectedTotal;
  /** Has the body as its page sees it since it asked for the stream. */
  shown?: Response;
}

/** Wraps what reads bodies. @param totals says how long they ought to be */
export function followBodies(page: typeof Response, totals: ExpectedTotals): WholeBodies {
  const { prototype } = page;
  const followed = new WeakMap<Response, Followed>();
  const reads = {} as Record<Read, (response: Response) => Promise<unknown>>;

  /** Only what is read as bytes shows how many they are. */
  async function read(response: Response, name: Read, total: ExpectedTotal): Promise<unknown> {
    const source = name === 'blob' ? name : 'arrayBuffer';
    const bytes = (await reads[source](response)) as Blob | ArrayBuffer;
    await totals.confirm(total, 'size' in bytes ? bytes.size : bytes.byteLength);
    return source === name ? bytes : reads[name](sameType(response, bytes));
  }

  /** The type is what matters of a head where its body is read. */
  function sameType({ headers }: Response, body: BodyInit): Response {
    return new page(body, { headers: { 'content-type': headers.get('content-type') ?? '' } });
  }

  for (const name of READS) {
    reads[name] = wrapNative(prototype, name, 'value', (native, response) => {
      const body = followed.get(response);
      return body && !body.shown && !bodyUsed(response)
        ? read(response, name, body.total)
        : native.call(body?.shown ?? response);
    });
  }
  const bodyUsed = wrapNative<Response, boolean>(prototype, 'bodyUsed', 'get', (native, response) =>
    native.call(followed.get(response)?.shown ?? response),
  );
  const stream = wrapNative<Response, ReadableStream<Chunk>>(
    prototype,
    'body',
    'get',
    (native, response) => {
      const body = followed.get(response);
      if (body && !body.shown && !bodyUsed(response)) {
        const counted = countedStream(stream(response), (bytes) =>
          totals.confirm(body.total, bytes),
        );
        body.shown = sameType(response, counted);
      }
      return native.call(body?.shown ?? response);
    },
  );
  wrapNative(prototype, 'clone', 'value', (native, response) => {
    const body = followed.get(response);
    if (body?.shown) {
      const taken = stream(body.shown).locked || bodyUsed(body.shown);
      if (taken) return native.call(body.shown);
      // As always, who had the stream before the clone has one now that gives nothing.
      stream(body.shown).getReader();
      delete body.shown;
    }
    const copy = native.call(response) as Response;
    if (body) followed.set(copy, { total: body.total });
    return copy;
  });

  return async (id, answer) => {
    const total = totals.expect(id);
    try {
      const response = await answer();
      // What is opaque shows no bytes.
      if (total.said && response.status !== 0) followed.set(response, { total });
      else totals.forget(id);
      return response;
    } catch (error) {
      totals.forget(id);
      throw error;
    }
  };
}
