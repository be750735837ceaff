import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Clock } from '../../../protocol/clock.ts';
import { asPeerServerError } from '../../../protocol/errors.ts';
import type { SiteStore } from '../../host.ts';
import type { NamedFile } from '../names/file-path.ts';
import { type FoundFile, type SearchEnd, type SearchWorker, searchFiles } from './search-files.ts';
import { EMPTY_QUERY, parseQuery, type SearchQuery } from './search-query.ts';

/** How far a search is. */
export type SearchStatus =
  | { readonly kind: 'idle' }
  | { readonly kind: 'searching'; readonly searched: number; readonly total: number }
  | { readonly kind: 'done'; readonly end: SearchEnd }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly message: string };

export interface SearchState {
  readonly query: Signal<SearchQuery>;
  /** Only files in it, with a slash at the end; '' for all. */
  readonly folder: Signal<string>;
  readonly status: ReadonlySignal<SearchStatus>;
  readonly results: ReadonlySignal<readonly FoundFile[]>;
  /** Searches for the query as it is now; what was under way ends. */
  search(): Promise<void>;
  /** The same after a pause, for while somebody types. */
  searchSoon(): void;
  stop(): void;
}

export interface SearchStateOptions {
  readonly store: Pick<SiteStore, 'read'>;
  readonly files: () => readonly NamedFile[];
  readonly startWorker: () => SearchWorker;
  readonly clock: Clock;
}

/** Between the last letter and the search, milliseconds: no search for every letter of a word. */
const PAUSE_MS = 250;
/** Between two times that results are drawn, milliseconds: they may come by the hundred. */
const DRAW_MS = 100;

/** The search in all files, with what it found last. */
export function createSearchState(options: SearchStateOptions): SearchState {
  const { store, files, startWorker, clock } = options;
  const query = signal(EMPTY_QUERY);
  const folder = signal('');
  const status = signal<SearchStatus>({ kind: 'idle' });
  const results = signal<readonly FoundFile[]>([]);
  let running = new AbortController();
  let cancelPause = () => {};

  async function search(): Promise<void> {
    cancelPause();
    running.abort();
    running = new AbortController();
    const { signal: ending } = running;
    if (query.peek().text === '') {
      results.value = [];
      status.value = { kind: 'idle' };
      return;
    }
    const parsed = parseQuery(query.peek());
    if (!parsed.ok) {
      results.value = [];
      status.value = { kind: 'failed', message: parsed.message };
      return;
    }
    const wanted = files().filter((file) => file.path.startsWith(folder.peek()));
    const order = new Map(wanted.map((file, index) => [file, index]));
    const found: FoundFile[] = [];
    let searched = 0;
    let cancelDraw: (() => void) | undefined;
    const draw = () => {
      cancelDraw?.();
      cancelDraw = undefined;
      if (ending.aborted) return;
      const place = ({ file }: FoundFile) => order.get(file) ?? 0;
      results.value = found.toSorted((a, b) => place(a) - place(b));
      status.value = { kind: 'searching', searched, total: wanted.length };
    };
    const drawSoon = () => {
      cancelDraw ??= clock.schedule(DRAW_MS, draw);
    };
    status.value = { kind: 'searching', searched, total: wanted.length };
    drawSoon();
    try {
      const end = await searchFiles({
        pattern: parsed.pattern,
        files: wanted,
        store,
        startWorker,
        clock,
        signal: ending,
        onFound: (one) => {
          found.push(one);
          drawSoon();
        },
        onProgress: (count) => {
          searched = count;
          drawSoon();
        },
      });
      draw();
      if (!ending.aborted) status.value = { kind: 'done', end };
    } catch (thrown) {
      draw();
      // A search that another has replaced says nothing any more.
      if (ending.aborted) return;
      status.value = { kind: 'failed', message: asPeerServerError(thrown, 'host-failed').message };
    } finally {
      cancelDraw?.();
    }
  }

  return {
    query,
    folder,
    status,
    results,
    search,
    searchSoon() {
      cancelPause();
      cancelPause = clock.schedule(PAUSE_MS, () => void search());
    },
    stop() {
      cancelPause();
      running.abort();
      if (status.peek().kind === 'searching') status.value = { kind: 'stopped' };
    },
  };
}
