/**
 * Requests that must not be carried out twice. When a service worker ends before it has answered, Chromium
 * starts another and asks that one for the same again, whatever the method: it cannot know that the host may
 * have done it already. The shell outlives service workers, so it is the one to notice.
 */
import type { HeaderList } from '../../protocol/http-message.ts';
import { headerValue } from '../../protocol/http-message.ts';
import { isIdempotent } from '../idempotent.ts';
import type { RequestBody } from './messages.ts';

/**
 * How long after a service worker's end a request is taken for a repetition, in ms. Chromium asks again within
 * some 100 ms; on a busy machine a new service worker may need seconds to start.
 */
export const REPETITION_WITHIN_MS = 10_000;

export interface WriteRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: HeaderList;
  readonly body: RequestBody;
  /** Name of this one request: a repetition has the same, a person who tries again another. */
  readonly tag?: string;
}

interface Entry {
  readonly worker: object;
  readonly likeness: string;
  /** When its service worker ended; undefined while that runs. */
  lostAt?: number;
}

export class UnansweredWrites {
  readonly #now: () => number;
  readonly #entries = new Set<Entry>();

  /** @param now a clock in ms */
  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * A service worker asks for this; `worker` stands for its life. Returns what is to be called once it is
   * answered, or undefined when this repeats what an earlier service worker had asked for and not answered.
   */
  begin(worker: object, request: WriteRequest): (() => void) | undefined {
    if (isIdempotent(request.method)) return () => {};
    const likeness = likenessOf(request);
    for (const entry of this.#entries) {
      const { lostAt } = entry;
      if (lostAt !== undefined && this.#now() - lostAt > REPETITION_WITHIN_MS) {
        this.#entries.delete(entry);
      } else if (entry.worker !== worker && entry.likeness === likeness) {
        // The end of the other service worker may be told later than the beginning of this one.
        this.#entries.delete(entry);
        return undefined;
      }
    }
    const entry: Entry = { worker, likeness };
    this.#entries.add(entry);
    return () => {
      if (entry.lostAt === undefined) this.#entries.delete(entry);
    };
  }

  /** This service worker is no more. */
  lose(worker: object): void {
    for (const entry of this.#entries) {
      if (entry.worker === worker) entry.lostAt = this.#now();
    }
  }
}

/** The same for a request and its repetition; of requests without a name, for all that look alike. */
function likenessOf({ method, target, headers, body, tag }: WriteRequest): string {
  if (tag !== undefined) return tag;
  // Multipart boundaries are made once for a request, so a repetition has the same one.
  return JSON.stringify([method, target, headerValue(headers, 'content-type'), sizeOf(body)]);
}

/** A body that streams tells its size only at its end, and Chromium reads it anew. */
function sizeOf(body: RequestBody): number | string {
  switch (body.kind) {
    case 'blob':
      return body.blob.size;
    case 'whole':
      return body.bytes.length;
    default:
      return body.kind;
  }
}
