import { pageScript, pageScriptSource } from 'virtual:page-script';
import type { HeaderList } from '../../protocol/http-message.ts';
import { headerValue } from '../../protocol/http-message.ts';
import type { BridgeAnswer } from '../bridge/bridge-client.ts';
import { pageOf } from './failure-page.ts';
import { allowScript, injectScript } from './html-injection.ts';

type Chunk = Uint8Array<ArrayBuffer>;

/** Answers that the Response constructor takes only without a body. */
const NULL_BODY_STATUS = new Set([204, 205, 304]);
/** Would forbid the shell to frame the site's main document. */
const FRAMING = new Set(['x-frame-options']);

const scriptElement = new TextEncoder().encode(`<script>${pageScript}</script>`);

/** A host's answer to a request that is no navigation: as it came. */
export function plainResponse(answer: BridgeAnswer): Response {
  const { status, headers } = answer;
  return new Response(bodyFor(answer), { status, headers: pairs(headers) });
}

/** A host's answer to a navigation in the frame: made known to the shell, and allowed to be framed. */
export function documentResponse(answer: BridgeAnswer, url: string): Response {
  const elsewhere = foreignRedirect(answer, url);
  if (elsewhere !== undefined) return leavePage(elsewhere);
  const { status } = answer;
  const headers = new Headers(pairs(answer.headers.filter(([name]) => !FRAMING.has(name))));
  const sitePolicy = headers.get('content-security-policy');
  const policy = sitePolicy === null ? null : withoutFrameAncestors(sitePolicy);
  if (policy !== null) headers.set('content-security-policy', policy);
  const body = bodyFor(answer);
  const type = headerValue(answer.headers, 'content-type') ?? '';
  if (body === null || !/^text\/html\b/i.test(type)) return new Response(body, { status, headers });
  if (policy !== null) {
    headers.set('content-security-policy', allowScript(policy, pageScriptSource));
  }
  headers.delete('content-length');
  return new Response(injectScript(body, scriptElement), { status, headers });
}

function bodyFor({ status, body }: BridgeAnswer): ReadableStream<Chunk> | null {
  if (body === null || NULL_BODY_STATUS.has(status)) return null;
  return body instanceof Uint8Array ? streamOfBytes(body) : body;
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

/** As the Response constructor takes them; a Headers object between would cost it more than all the rest. */
function pairs(list: HeaderList): [string, string][] {
  return list.map(([name, value]) => [name, value]);
}

/** Several policies stand in one value, with commas between; each may forbid the frame. */
function withoutFrameAncestors(policies: string): string {
  return policies
    .split(',')
    .map((policy) =>
      policy
        .split(';')
        .filter((directive) => !/^\s*frame-ancestors(\s|$)/i.test(directive))
        .join(';'),
    )
    .filter((policy) => policy.trim() !== '')
    .join(',');
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
