import { shellPage } from 'virtual:shell-html';
import { ERROR_MEANINGS, type PeerServerError } from '../../protocol/errors.ts';
import { FAILURE_MARK } from '../bridge/failure-mark.ts';
import { APPEARS_BY_ITSELF, FAILURE_TEXTS, type FailureText } from '../failure-texts.ts';

const SITE_FAILED: FailureText = {
  title: 'The site failed',
  text: 'The host could not answer this request. Its author can see why.',
};

/** What a page links to: its own address. */
const TRY_AGAIN = 'Try again';
const WITHOUT_FORM = 'Open this page without it';

/** Pages in the frame and the shell's own screens are to look alike. */
const [style = ''] = /<style>.*?<\/style>/s.exec(shellPage.html) ?? [];
const [mark = ''] = /<svg class="mark".*?<\/svg>/s.exec(shellPage.html) ?? [];

/**
 * The answer to a request that failed: a page for a navigation, a line of text for everything else. A page that
 * was asked for by GET, and failed for want of a connection, comes by itself when there is one: the shell sees
 * its mark.
 */
export function failureResponse(
  error: PeerServerError,
  { method, mode }: Pick<Request, 'method' | 'mode'>,
): Response {
  const { status, neverExecuted } = ERROR_MEANINGS[error.code];
  // 499 is the peers' own way to say "cancelled"; nobody is left to see it.
  if (error.code === 'cancelled') return Response.error();
  const headers = { 'cache-control': 'no-store', 'peerserver-error': error.code };
  if (mode !== 'navigate') {
    return new Response(`${error.message}\n`, {
      status,
      headers: { ...headers, 'content-type': 'text/plain; charset=utf-8' },
    });
  }
  const { title, text, comesBack } = FAILURE_TEXTS[error.code] ?? SITE_FAILED;
  const mayRepeat = method === 'GET';
  let outlook = '';
  if (comesBack && mayRepeat) outlook = APPEARS_BY_ITSELF;
  else if (comesBack) {
    outlook = neverExecuted
      ? 'What you sent has not reached it; go back to send it once more.'
      : 'Whether it did what you asked is not known.';
  }
  const page = pageOf(title, `${text} ${outlook}`.trimEnd(), {
    linkText: mayRepeat ? TRY_AGAIN : WITHOUT_FORM,
    head: comesBack && mayRepeat ? `<meta name="${FAILURE_MARK}">` : '',
  });
  return new Response(page, {
    status,
    headers: { ...headers, 'content-type': 'text/html; charset=utf-8' },
  });
}

/** The answer to a form that was put aside for this tab, and is not there any more. */
export function formGoneResponse(): Response {
  const page = pageOf(
    'This form was not sent again',
    'What it held has been delivered already, or it waited for too long. If you want to send it once more, go back to the form.',
    { linkText: WITHOUT_FORM },
  );
  return new Response(page, {
    status: 410,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
  });
}

/**
 * A page that looks as the shell's screens do. The texts are ours and hold no markup.
 * @param options.linkText of a link to the page's own address
 * @param options.head further elements for its head
 */
export function pageOf(
  title: string,
  text: string,
  { linkText = TRY_AGAIN, head = '' }: { linkText?: string; head?: string } = {},
): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${head}
<title>${title}</title>
${style}
<main id="screen">
${mark}
<h1>${title}</h1>
<p id="screen-text">${text}</p>
<p class="actions"><a class="button" href="">${linkText}</a></p>
</main>
</html>
`;
}
