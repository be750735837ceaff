/** Answers that are saved instead of shown: the host says so, or the page does with `<a download>`. */
import { type HeaderList, headerValue } from '../../protocol/http-message.ts';
import type { BridgeAnswer } from '../bridge/bridge-client.ts';

/** In ms. Firefox has no line in its list yet for a download that fails at once, and shows an alert instead. */
const FAILS_AFTER_MS = 1_000;

/** Characters of RFC 5987 that need no encoding but that encodeURIComponent encodes not. */
const STILL_TO_ENCODE = /['()*!]/g;

/** Whether the browser saves the answer (RFC 6266, 4.2). */
export function isAttachment(headers: HeaderList): boolean {
  return /^\s*attachment\s*(;|$)/i.test(headerValue(headers, 'content-disposition') ?? '');
}

/**
 * The answer as one to be saved. The host's own file name wins, as with any server; an answer that says that
 * there is no such file becomes a download that fails, so that the person sees it in the browser's list.
 * @param name what the page's link suggests; empty for none
 */
export function asAttachment(answer: BridgeAnswer, name: string): BridgeAnswer {
  const { status, headers } = answer;
  if (status >= 300 && status < 400) return answer;
  const disposition = attachmentField(headerValue(headers, 'content-disposition'), name);
  if (status >= 400) return failedDownload(answer, disposition);
  const others = headers.filter(([field]) => field !== 'content-disposition');
  return { ...answer, headers: [...others, ['content-disposition', disposition]] };
}

/** @param given the host's own field, whose type may be `inline` */
function attachmentField(given: string | undefined, name: string): string {
  const parameters = given?.slice(given.indexOf(';')) ?? '';
  if (given?.includes(';') && /;\s*filename\*?\s*=/i.test(parameters)) {
    return `attachment${parameters}`;
  }
  if (name === '') return 'attachment';
  const encoded = encodeURIComponent(wellFormed(name)).replace(
    STILL_TO_ENCODE,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename*=UTF-8''${encoded}`;
}

/** Half a surrogate pair, which a script can write, cannot be encoded. */
function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}

function failedDownload({ body }: BridgeAnswer, disposition: string): BridgeAnswer {
  // Nobody reads what the host says instead.
  if (body instanceof ReadableStream) void body.cancel();
  return {
    status: 200,
    headers: [
      ['content-type', 'application/octet-stream'],
      ['content-disposition', disposition],
    ],
    body: new ReadableStream({
      start(controller) {
        controller.enqueue(Uint8Array.of(0));
        setTimeout(() => controller.error(new Error('There is no such file.')), FAILS_AFTER_MS);
      },
    }),
  };
}
