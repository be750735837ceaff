import type { PageWindow } from './own-url.ts';

/** Whatever is smaller the service worker reads at once, and then knows its length. */
const LARGE_BODY_BYTES = 64 * 1024;

/**
 * Firefox copies a request's body three times before a service worker sees any of it, and its requests have no
 * `body`. A Blob, a file for instance, can be handed over by reference instead.
 */
export const lacksRequestStreams = !('body' in Request.prototype);

/** The Blob to hand over beside the request, or undefined where the request carries its body itself. */
export function bodyToHandOver(page: PageWindow, init: RequestInit | undefined): Blob | undefined {
  const { body, method = 'GET' } = init ?? {};
  // That fails, and shall go on failing.
  if (/^(GET|HEAD)$/i.test(method)) return undefined;
  const isLarge = body instanceof page.Blob && body.size > LARGE_BODY_BYTES;
  return lacksRequestStreams && isLarge ? body : undefined;
}

/** How many bytes the body has, if that is worth saying. */
export function largeLength(page: PageWindow, body: unknown): number | undefined {
  let length = 0;
  if (body instanceof page.Blob) length = body.size;
  else if (body instanceof page.ArrayBuffer || page.ArrayBuffer.isView(body)) {
    length = body.byteLength;
  }
  return length > LARGE_BODY_BYTES ? length : undefined;
}

/** The same request without its body, which keeps the body's type. */
export function withoutBody(page: PageWindow, init: RequestInit, { type }: Blob): RequestInit {
  const headers = new page.Headers(init.headers);
  if (type !== '' && !headers.has('content-type')) headers.set('content-type', type);
  return Object.create(init, { body: { value: null }, headers: { value: headers } });
}
