import type { Clock } from '../../../protocol/clock.ts';
import { PeerServerError } from '../../../protocol/errors.ts';
import type { SiteStore } from '../../host.ts';
import { kindOfFile } from '../names/file-kind.ts';
import type { NamedFile } from '../names/file-path.ts';
import type { SearchReply, SearchRequest } from './search-messages.ts';
import type { SearchPattern } from './search-query.ts';
import type { FoundLine } from './search-text.ts';

/** The parts of a `Worker` that are used. */
export interface SearchWorker {
  postMessage(message: SearchRequest): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<SearchReply>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

/** A file with what was found in it. */
export interface FoundFile {
  readonly file: NamedFile;
  readonly lines: readonly FoundLine[];
}

/** What was not looked at, in files. */
export interface SearchGaps {
  readonly notText: number;
  readonly tooLarge: number;
  readonly unreadable: number;
}

export interface SearchEnd extends SearchGaps {
  /** There is more than is shown. */
  readonly cut: boolean;
}

export interface SearchOptions {
  readonly pattern: SearchPattern;
  readonly files: readonly NamedFile[];
  readonly store: Pick<SiteStore, 'read'>;
  readonly startWorker: () => SearchWorker;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Files with matches, in the order of the list, as they are found. */
  readonly onFound: (found: FoundFile) => void;
  /** How many files have been looked at. */
  readonly onProgress: (searched: number) => void;
}

/** Larger files hold data rather than text that somebody wrote; each is held in memory for a moment. */
export const MAX_SEARCHED_BYTES = 5_000_000;
/** Lines shown of one file, and of all: more cannot be read, and each is drawn. */
export const MAX_LINES_OF_FILE = 100;
export const MAX_LINES = 2000;
/** An expression that takes longer in one file takes for ever: it tries all ways there are. */
export const MAX_FILE_MS = 2000;
/** Files sent ahead, so that the worker never waits and no more than these are open. */
const SENT_AHEAD = 8;

/**
 * Looks through files.
 * @throws PeerServerError bad-input when the expression takes too long, cancelled, internal-error when the
 *   worker cannot be started
 */
export async function searchFiles(options: SearchOptions): Promise<SearchEnd> {
  const { pattern, files, store, signal, onFound, onProgress } = options;
  const gaps = { notText: 0, tooLarge: 0, unreadable: 0 };
  const wanted = files.filter((file) => {
    const kind = kindOfFile(file.path, file.type);
    const maybeText = kind === 'text' || kind === 'other';
    if (!maybeText) gaps.notText += 1;
    else if (file.size > MAX_SEARCHED_BYTES) gaps.tooLarge += 1;
    return maybeText && file.size <= MAX_SEARCHED_BYTES;
  });
  const link = openLink(options);
  let searched = 0;
  let lines = 0;
  let next = 0;
  try {
    link.worker.postMessage({ kind: 'pattern', pattern });
    const work = async (): Promise<void> => {
      while (next < wanted.length && lines < MAX_LINES && !link.failed()) {
        const id = next;
        next += 1;
        const file = wanted[id];
        if (!file) return;
        const content = await store.read(file.path, { signal }).catch(() => undefined);
        const reply = content && (await link.send({ id, content, maxLines: MAX_LINES_OF_FILE }));
        if (reply?.kind === 'searched' && reply.lines.length > 0) {
          lines += reply.lines.length;
          onFound({ file, lines: reply.lines });
        }
        if (reply?.kind === 'not-text') gaps.notText += 1;
        if (!reply || reply.kind === 'unreadable') gaps.unreadable += 1;
        searched += 1;
        onProgress(searched);
      }
    };
    await Promise.race([Promise.all(Array.from({ length: SENT_AHEAD }, work)), link.failure]);
    return { ...gaps, cut: lines >= MAX_LINES };
  } finally {
    link.close();
  }
}

type FileReply = Exclude<SearchReply, { kind: 'begun' }>;

/** Questions and answers, the time limit, and the end. */
function openLink({ startWorker, clock, signal }: SearchOptions) {
  const worker = startWorker();
  const waiting = new Map<number, (reply: FileReply) => void>();
  let stopTimer = () => {};
  let over = false;
  let fail: (error: PeerServerError) => void = () => {};
  const failure = new Promise<never>((_resolve, reject) => {
    fail = (error) => {
      over = true;
      reject(error);
    };
  });
  // Looked at by whoever waits for the whole; without that it would count as unhandled.
  failure.catch(() => undefined);
  const abort = () => fail(new PeerServerError('cancelled', 'The search was stopped.'));
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  worker.onerror = () =>
    fail(new PeerServerError('host-failed', 'The search could not be started. Reload the page.'));
  worker.onmessage = ({ data }) => {
    stopTimer();
    if (data.kind === 'begun') {
      stopTimer = clock.schedule(MAX_FILE_MS, () => fail(tooSlow()));
      return;
    }
    waiting.get(data.id)?.(data);
    waiting.delete(data.id);
  };
  return {
    worker,
    failure,
    failed: () => over,
    send(request: { id: number; content: Blob; maxLines: number }): Promise<FileReply> {
      return new Promise((resolve) => {
        waiting.set(request.id, resolve);
        worker.postMessage({ kind: 'file', ...request });
      });
    },
    close() {
      over = true;
      stopTimer();
      signal.removeEventListener('abort', abort);
      worker.terminate();
    },
  };
}

function tooSlow(): PeerServerError {
  const text =
    'This expression takes too long: it tries too many ways. Nested repetitions such as (a+)+ do that. Make it simpler.';
  return new PeerServerError('bad-input', text);
}
