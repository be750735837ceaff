import type { BlobContent } from './blob-store.ts';
import { countedStream } from './counted-stream.ts';
import type { FileContent, Progress } from './public-api.ts';

/** Up to this size a file is stored in one go: nobody sees a bar move for less. */
const MIN_COUNTED_BYTES = 16 * 1024 * 1024;

/** Counts what is stored of several files; large ones while they flow. */
export class SaveProgress {
  readonly #report: (progress: Progress) => void;
  readonly #total: number;
  #done = 0;

  constructor(contents: Iterable<FileContent>, report: (progress: Progress) => void) {
    this.#report = report;
    this.#total = [...contents].reduce((sum, content) => sum + sizeOf(content), 0);
  }

  /** How a file is to be opened for storing, anew for a second try; and a call for when it is stored. */
  follow(content: FileContent): { open: () => BlobContent; stored: () => void } {
    let counted = 0;
    const add = (bytes: number) => {
      counted += bytes;
      this.#done += bytes;
      this.#report({ done: this.#done, total: this.#total });
    };
    return {
      open: () => {
        add(-counted);
        if (!(content instanceof Blob) || content.size <= MIN_COUNTED_BYTES) return content;
        return countedStream(content.stream(), add);
      },
      stored: () => add(sizeOf(content) - counted),
    };
  }
}

function sizeOf(content: FileContent): number {
  if (content instanceof Blob) return content.size;
  // The bar need not be exact to the byte for text that is typed.
  return content.length;
}
