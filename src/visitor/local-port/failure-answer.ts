/** What a client at the local port gets when there is no answer of the site's to give. */
import { PeerServerError } from '../../protocol/errors.ts';
import type { HeaderList } from '../../protocol/http-message.ts';

export interface FailureAnswer {
  readonly status: number;
  readonly headers: HeaderList;
  /** For people, one line. */
  readonly text: string;
}

/**
 * A failure as plain text, with its code in `peerserver-error` for programs.
 * @param status overrides the one that belongs to the error's code
 */
export function failureAnswer(error: PeerServerError, status = error.status): FailureAnswer {
  const text = `${error.message}\n`;
  return {
    status,
    headers: [
      ['content-type', 'text/plain; charset=utf-8'],
      ['content-length', String(new TextEncoder().encode(text).length)],
      ['cache-control', 'no-store'],
      ['peerserver-error', error.code],
    ],
    text,
  };
}

/** A refusal of the port's own, for a request that never goes to the site. */
export function refusal(status: number, message: string, more: HeaderList = []): FailureAnswer {
  const { headers, text } = failureAnswer(new PeerServerError('bad-input', message), status);
  return { status, headers: [...headers, ...more], text };
}
