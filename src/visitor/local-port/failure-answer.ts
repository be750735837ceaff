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

/** Why a request is answered at the port and never goes to the site. */
export interface Refusal {
  readonly ok: false;
  readonly status: number;
  readonly message: string;
  /** Further fields of the answer. */
  readonly headers: HeaderList;
}

/** A refusal, in the form of a result. @param headers further fields of the answer */
export function refused(status: number, message: string, headers: HeaderList = []): Refusal {
  return { ok: false, status, message, headers };
}

/** The refusal as the client gets it. */
export function refusalAnswer(refusal: Refusal): FailureAnswer {
  const { headers, text } = failureAnswer(refusalError(refusal), refusal.status);
  return { status: refusal.status, headers: [...headers, ...refusal.headers], text };
}

/** The refusal as the log gets it. */
export function refusalError({ message }: Refusal): PeerServerError {
  return new PeerServerError('bad-input', message);
}
