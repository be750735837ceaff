/** What a page and its compile worker say to each other. Both are ours and of the same build. */
import type { ErrorCode } from '../../protocol/errors.ts';
import type { CompileOutput } from './compile-output.ts';

export type ToCompileWorker =
  | {
      readonly kind: 'start';
      readonly esbuildWasmUrl: string;
      readonly packagesUrl: string;
      /** The site's own folder: packages from elsewhere are kept in it. */
      readonly directory: FileSystemDirectoryHandle;
    }
  | { readonly kind: 'compile'; readonly id: number; readonly packagesFrom: string }
  | { readonly kind: 'cancel'; readonly id: number }
  /** Answers to `read`. */
  | { readonly kind: 'list'; readonly id: number; readonly paths: readonly string[] }
  | { readonly kind: 'text'; readonly id: number; readonly text: string }
  | ({ readonly kind: 'unreadable'; readonly id: number } & SentError)
  | { readonly kind: 'changed'; readonly paths: readonly string[] };

export type FromCompileWorker =
  | { readonly kind: 'compiled'; readonly id: number; readonly output: CompileOutput | undefined }
  | ({ readonly kind: 'failed'; readonly id: number } & SentError)
  /** Asks for the text of a file, or for the list of all (no path). */
  | { readonly kind: 'read'; readonly id: number; readonly path?: string };

export interface SentError {
  readonly code: ErrorCode;
  readonly text: string;
}
