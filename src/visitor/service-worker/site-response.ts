import { frameStartSource } from 'virtual:frame-start';
import { pageScript, pageScriptSource } from 'virtual:page-script';
import type { HeaderList } from '../../protocol/http-message.ts';
import { headerValue } from '../../protocol/http-message.ts';
import type { BridgeAnswer } from '../bridge/bridge-client.ts';
import { decodeAnswer } from './content-encoding.ts';
import { adaptPolicies, connectPolicies, policiesAttribute } from './document-policies.ts';
import type { StreamedDocument } from './document-streams.ts';
import { isAttachment } from './download.ts';
import { pageOf } from './failure-page.ts';
import { injectIntoWhole, injectScript } from './html-injection.ts';
import type { ToldTotals } from './told-totals.ts';

type Chunk = Uint8Array<ArrayBuffer>;

/** Answers that the Response constructor takes only without a body. */
const NULL_BODY_STATUS = new Set([204, 205, 304]);
/**
 * It hides a form's `Origin` from service workers. And it takes the end of one for the proper end of the streams
 * that it gave; bytes that are given whole it has at once, and they arrive whole.
 */
const IS_FIREFOX = /\bFirefox\//.test(navigator.userAgent);
/** Would forbid the shell to frame the site's main document. */
const FRAMING = new Set(['x-frame-options']);

const encoder = new TextEncoder();

/**
 * A host's answer to a request that is no navigation: as it came.
 * @param totals to be told how long the body is
 */
export function plainResponse(asked: BridgeAnswer, request: Request, totals: ToldTotals): Response {
  const answer = decodeAnswer(asked);
  const { status, headers } = answer;
  const body = totals.follow(request, status, plainBodyFor(answer));
  return new Response(body, { status, headers: pairs(headers) });
}

/**
 * A host's answer to a navigation in the frame: made known to the shell, and allowed to be framed.
 * @param begin called if it is a page whose body streams
 */
export function documentResponse(
  asked: BridgeAnswer,
  url: string,
  begin: () => StreamedDocument | undefined,
): Response {
  const elsewhere = foreignRedirect(asked, url);
  if (elsewhere !== undefined) return leavePage(elsewhere);
  const answer = decodeAnswer(asked);
  const { status } = answer;
  const headers = new Headers(pairs(answer.headers.filter(([name]) => !FRAMING.has(name))));
  const body = bodyFor(answer);
  const type = headerValue(answer.headers, 'content-type') ?? '';
  // A page that is saved must be the very file. The script is ASCII, which UTF-16 takes for something else.
  const isPage =
    body !== null &&
    /^text\/html\b(?!.*charset="?utf-16)/i.test(type) &&
    !isAttachment(answer.headers);
  const attribute = policiesAttribute(connectPolicies(headers));
  adaptPolicies(headers, isPage ? [pageScriptSource, frameStartSource] : [], IS_FIREFOX);
  if (!isPage) return new Response(body, { status, headers });
  headers.delete('content-length');
  const elementWith = (attributes: string) =>
    encoder.encode(`<script${attributes}>${pageScript}</script>`);
  // Given as bytes, a page is the browser's at once: the end of this service worker cannot cut it any more.
  if (answer.body instanceof Uint8Array) {
    const whole = injectIntoWhole(answer.body, elementWith(attribute));
    return new Response(whole, { status, headers });
  }
  const streamed = begin();
  const page = injectScript(body, elementWith(attribute + (streamed?.attribute ?? '')));
  return new Response(streamed?.follow(page) ?? page, { status, headers });
}

function bodyFor({ status, body }: BridgeAnswer): ReadableStream<Chunk> | null {
  if (body === null || NULL_BODY_STATUS.has(status)) return null;
  return body instanceof Uint8Array ? streamOfBytes(body) : body;
}

/** The same for an answer that goes to its page as it is. */
function plainBodyFor(answer: BridgeAnswer): ReadableStream<Chunk> | Chunk | null {
  const { body } = answer;
  return IS_FIREFOX && body instanceof Uint8Array && !NULL_BODY_STATUS.has(answer.status)
    ? body
    : bodyFor(answer);
}

/**
 * Bytes as a stream of one piece. Chromium makes a Blob in its browser process of a Response's plain bytes,
 * which takes 0.6 ms longer than the data pipe that a stream gets (docs/performance.md).
 */
function streamOfBytes(bytes: Chunk): ReadableStream<Chunk> {
  return new ReadableStream<Chunk>({
    start(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  });
}

/**
 * As the Response constructor takes them; a Headers object between would cost it more than all the rest. Fields
 * that come more than once are joined: of several, Chromium shows a page only the first.
 */
function pairs(list: HeaderList): [string, string][] {
  const values = new Map<string, string>();
  for (const [name, value] of list) {
    const before = values.get(name);
    values.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return [...values];
}

/** Where a redirect leads if that is another origin. */
function foreignRedirect({ status, headers }: BridgeAnswer, url: string): string | undefined {
  const location = headerValue(headers, 'location');
  if (![301, 302, 303, 307, 308].includes(status) || location === undefined) return undefined;
  const target = parseUrl(location, url);
  if (!target || target.origin === new URL(url).origin) return undefined;
  return target.protocol === 'http:' || target.protocol === 'https:' ? target.href : undefined;
}

function parseUrl(text: string, base: string): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    // The browser will say the same of the redirect when it follows it.
    return undefined;
  }
}

/**
 * The shell's frame cannot show another origin, so the redirect is carried out at the top; a frame within
 * the site's page can, and follows it by itself.
 */
function leavePage(target: string): Response {
  // JSON is a script literal once `<` cannot end the element.
  const literal = JSON.stringify(target).replaceAll('<', '\\u003c');
  const page = pageOf('Leaving this site', 'You are being taken to another site.');
  return new Response(
    `${page}<script>(parent === top ? top : self).location.replace(${literal})</script>`,
    {
      headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
    },
  );
}
