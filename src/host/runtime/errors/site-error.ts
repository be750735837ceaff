/** An error of ours about the author's code, which knows more than the engine: where, and what to do. */

/** A place in one of the author's files. */
export interface ErrorPlace {
  readonly file: string;
  /** From 1. */
  readonly line?: number;
  /** From 1. */
  readonly column?: number;
}

/** Told to the author with its hint and, where the stack does not lead there, its place. */
export class SiteError extends Error {
  override readonly name: string = 'SiteError';
  readonly hint: string | undefined;
  readonly place: ErrorPlace | undefined;

  constructor(
    message: string,
    options: { readonly hint?: string; readonly place?: ErrorPlace; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.hint = options.hint;
    this.place = options.place;
  }
}
