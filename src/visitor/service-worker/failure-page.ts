import { ERROR_MEANINGS, type ErrorCode, type PeerServerError } from '../../protocol/errors.ts';

/** What a visitor reads when one page cannot be had although the shell stands. */
const EXPLANATIONS: Partial<Record<ErrorCode, readonly [title: string, text: string]>> = {
  'connection-lost': [
    'The connection broke',
    'The host went away while it was answering. Whether it did what was asked is not known.',
  ],
  'host-away': [
    'The host is asleep',
    'The browser tab that serves this site is closed or offline.',
  ],
  'cannot-connect': ['The host cannot be reached', 'There is no connection to the host just now.'],
  'signaling-failed': [
    'The host cannot be reached',
    'There is no connection to the host just now.',
  ],
  'stream-refused': ['The host is busy', 'It has too many requests at once.'],
  'too-slow': ['The host took too long', 'The site gave no answer in time.'],
  'headers-too-large': [
    'The request is too large',
    'Its address or headers are longer than the host takes.',
  ],
  'body-too-large': ['The upload is too large', 'It is more than the host takes.'],
  'storage-failed': [
    'This could not be kept',
    'There is no room in this browser for what was to be sent. Free some storage, then go back and try again.',
  ],
};

/** The answer to a request that failed: a page for a navigation, a line of text for everything else. */
export function failureResponse(error: PeerServerError, isNavigation: boolean): Response {
  const status = ERROR_MEANINGS[error.code].status;
  // 499 is the peers' own way to say "cancelled"; nobody is left to see it.
  if (error.code === 'cancelled') return Response.error();
  const headers = { 'cache-control': 'no-store', 'peerserver-error': error.code };
  if (!isNavigation) {
    return new Response(`${error.message}\n`, {
      status,
      headers: { ...headers, 'content-type': 'text/plain; charset=utf-8' },
    });
  }
  const [title, text] = EXPLANATIONS[error.code] ?? [
    'The site failed',
    'The host could not answer this request. Its author can see why.',
  ];
  return new Response(pageOf(title, text), {
    status,
    headers: { ...headers, 'content-type': 'text/html; charset=utf-8' },
  });
}

/** The answer to a form that was put aside for this tab, and is not there any more. */
export function formGoneResponse(): Response {
  const page = pageOf(
    'This form was not sent again',
    'What it held has been delivered already, or it waited for too long. If you want to send it once more, go back to the form.',
    'Open this page without it',
  );
  return new Response(page, {
    status: 410,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
  });
}

/**
 * A page with its own look, since nothing of the site is at hand. The texts are ours and hold no markup.
 * @param linkText of a link to the page's own address
 */
export function pageOf(title: string, text: string, linkText = 'Try again'): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>
  :root { color-scheme: light dark; }
  body { display: grid; place-content: center; min-height: 90vh; margin: 0 1.5rem; gap: .75rem;
    font: 1rem/1.55 system-ui, sans-serif;
    background: light-dark(#f6f5f1, #121514); color: light-dark(#1b201e, #e7ebe9); }
  h1 { margin: 0; font-size: 1.6rem; line-height: 1.2; }
  p { margin: 0; max-width: 34rem; }
  a { color: light-dark(#0b6a5a, #6fd6bf); }
</style>
<h1>${title}</h1>
<p>${text}</p>
<p><a href="">${linkText}</a></p>
</html>
`;
}
