import { PeerServerError } from '../../protocol/errors.ts';
import type { SqlFailure } from './database-messages.ts';

/** A statement that the database refused or could not finish, with all that is known about why. */
export class SqlError extends PeerServerError {
  constructor(
    readonly failure: SqlFailure,
    options?: { cause?: unknown },
  ) {
    super(failure.code === 'too-slow' ? 'too-slow' : 'bad-input', failure.message, options);
  }
}

/** A refusal before anything ran. */
export function refusal(code: string, message: string, hint?: string): SqlError {
  return new SqlError({ message, ...(hint ? { hint } : {}), code, outcome: 'nothing' });
}
