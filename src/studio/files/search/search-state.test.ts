import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../protocol/testing/manual-clock.ts';
import type { NamedFile } from '../names/file-path.ts';
import { namedFiles } from '../testing/named-files.ts';
import { MAX_FILE_MS, MAX_SEARCHED_BYTES, type SearchWorker } from './search-files.ts';
import type { SearchReply, SearchRequest } from './search-messages.ts';
import { createSearchState, type SearchState } from './search-state.ts';
import { findInText, textOfBytes } from './search-text.ts';

/** Searches at once, unless the text is `hang`: then it begins and never ends. */
function startWorker(): SearchWorker & { ended: boolean; hanging: boolean } {
  let pattern = /(?!)/gm;
  const worker: ReturnType<typeof startWorker> = {
    ended: false,
    hanging: false,
    onmessage: null,
    onerror: null,
    terminate() {
      worker.ended = true;
    },
    postMessage: (request: SearchRequest) => void answer(request),
  };
  const reply = (data: SearchReply) =>
    worker.onmessage?.(new MessageEvent<SearchReply>('message', { data }));
  async function answer(request: SearchRequest): Promise<void> {
    if (request.kind === 'pattern') {
      pattern = new RegExp(request.pattern.source, request.pattern.flags);
      return;
    }
    const { id, content, maxLines } = request;
    const text = textOfBytes(new Uint8Array(await content.arrayBuffer()));
    if (text === undefined) return reply({ kind: 'not-text', id });
    reply({ kind: 'begun', id });
    worker.hanging = text === 'hang';
    if (!worker.hanging)
      reply({ kind: 'searched', id, lines: findInText(text, pattern, maxLines) });
  }
  return worker;
}

function setUp(contents: Record<string, string>, files = namedFiles(Object.keys(contents))) {
  const clock = new ManualClock();
  const workers: ReturnType<typeof startWorker>[] = [];
  const search = createSearchState({
    files: () => files,
    store: {
      read: async (path) => {
        const text = contents[path];
        if (text === undefined) throw new Error('gone');
        return new Blob([text]);
      },
    },
    startWorker: () => {
      const worker = startWorker();
      workers.push(worker);
      return worker;
    },
    clock,
  });
  return { search, clock, workers };
}

function found(search: SearchState): string[] {
  return search.results.value.map(({ file, lines }) => `${file.path}:${lines.length}`);
}

function type(search: SearchState, text: string): void {
  search.query.value = { ...search.query.value, text };
}

describe('the search in all files', () => {
  it('gives the files with matches in the order of the list, and what was not searched', async () => {
    const contents = { 'b.txt': 'x\nx', 'index.html': 'x', 'c.txt': 'y', 'd.bin': '\0x' };
    const large: NamedFile[] = namedFiles(['e.txt', 'f.jpg', 'gone.txt']).map((file) => ({
      ...file,
      size: file.path === 'e.txt' ? MAX_SEARCHED_BYTES + 1 : 1,
      type: file.path === 'f.jpg' ? 'image/jpeg' : 'text/plain',
    }));
    const { search, workers } = setUp(contents, [...namedFiles(Object.keys(contents)), ...large]);
    type(search, 'X');
    await search.search();
    expect(found(search)).toEqual(['index.html:1', 'b.txt:2']);
    const end = { notText: 2, tooLarge: 1, unreadable: 1, cut: false };
    expect(search.status.value).toEqual({ kind: 'done', end });
    expect(workers.map(({ ended }) => ended)).toEqual([true]);
  });

  it('keeps to a folder', async () => {
    const { search } = setUp({ 'a.txt': 'x', 'p/b.txt': 'x' });
    type(search, 'x');
    search.folder.value = 'p/';
    await search.search();
    expect(found(search)).toEqual(['p/b.txt:1']);
  });

  it('ends an expression that takes for ever, and says so', async () => {
    const { search, clock, workers } = setUp({ 'a.txt': 'hang' });
    type(search, '(a+)+$');
    const over = search.search();
    await expect.poll(() => workers[0]?.hanging).toBe(true);
    clock.advance(MAX_FILE_MS);
    await over;
    expect(search.status.value).toMatchObject({
      kind: 'failed',
      message: expect.stringMatching(/takes too long/),
    });
    expect(workers[0]?.ended).toBe(true);
  });

  it('can be stopped, and gives way to the next one', async () => {
    const { search, workers } = setUp({ 'a.txt': 'hang' });
    type(search, 'x');
    const first = search.search();
    search.stop();
    await first;
    expect(search.status.value).toEqual({ kind: 'stopped' });
    const second = search.search();
    type(search, '');
    await search.search();
    await second;
    expect(search.status.value).toEqual({ kind: 'idle' });
    expect(workers.every(({ ended }) => ended)).toBe(true);
  });

  it('shows a part of very many, and says that there is more', async () => {
    const many = Array.from({ length: 40 }, (_, index) => [`${index}.txt`, 'x\n'.repeat(500)]);
    const { search } = setUp(Object.fromEntries(many));
    type(search, 'x');
    await search.search();
    const lines = search.results.value.flatMap((file) => file.lines);
    expect(lines.length).toBeGreaterThanOrEqual(2000);
    expect(lines.length).toBeLessThan(3000);
    expect(search.status.value).toMatchObject({ kind: 'done', end: { cut: true } });
  });

  it('waits while somebody types', async () => {
    const { search, clock, workers } = setUp({ 'a.txt': 'abc' });
    for (const text of ['a', 'ab', 'abc']) {
      type(search, text);
      search.searchSoon();
    }
    clock.advance(300);
    await expect.poll(() => search.status.value.kind).toBe('done');
    expect(workers).toHaveLength(1);
    expect(found(search)).toEqual(['a.txt:1']);
  });
});
