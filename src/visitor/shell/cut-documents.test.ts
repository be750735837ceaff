import { beforeEach, expect, test } from 'vitest';
import { ManualClock } from '../../protocol/testing/manual-clock.ts';
import type { DocumentStream } from '../bridge/document-stream.ts';
import { pageTools } from '../bridge/page-tools.ts';
import { CutDocuments } from './cut-documents.ts';

/** A window of the site, as far as it is used here. */
function pageAt(href: string) {
  const page = new EventTarget();
  let reloads = 0;
  const location = {
    href,
    reload: () => {
      reloads += 1;
      page.dispatchEvent(new Event('pagehide'));
    },
  };
  return {
    page: Object.assign(page, { location }) as EventTarget & Window,
    reloads: () => reloads,
  };
}

let clock: ManualClock;
let cut: Window[];
let state: string;
let channel: Pick<BroadcastChannel, 'onmessage'>;
let ends: Map<string, () => void>;
let documents: CutDocuments;

beforeEach(() => {
  clock = new ManualClock();
  cut = [];
  state = 'unknown';
  channel = { onmessage: null };
  ends = new Map();
  documents = new CutDocuments({
    clock,
    channel,
    onCut: (page) => cut.push(page),
    stateOf: async () => state,
    whenWorkerEnds: (worker) => new Promise((resolve) => ends.set(worker, resolve)),
  });
});

function watch(page: Window, id: string, options: Partial<DocumentStream> = {}): void {
  documents.watch(page, pageTools(page), { id, worker: 'life', mayRepeat: true, ...options });
}

function say(id: string): void {
  channel.onmessage?.call(channel as BroadcastChannel, { data: id } as MessageEvent);
}

/** Ends the service worker, and lets the time for its last words pass. */
async function endWorker(lastWords?: () => void): Promise<void> {
  ends.get('life')?.();
  await Promise.resolve();
  lastWords?.();
  clock.advance(1_000);
}

test('a document whose service worker ends before its stream is loaded again', async () => {
  const { page, reloads } = pageAt('http://garden.localhost/a');
  watch(page, '1');
  expect(reloads()).toBe(0);
  await endWorker();
  expect(reloads()).toBe(1);
  expect(cut).toEqual([]);
});

test('a document that came to its end is left alone, however late or early that is heard', async () => {
  const { page, reloads } = pageAt('http://garden.localhost/a');
  watch(page, 'in time');
  say('in time');
  await endWorker();
  watch(page, 'late');
  await endWorker(() => say('late'));
  say('early');
  ends.clear();
  watch(page, 'early');
  expect(ends.size).toBe(0);
  expect(reloads()).toBe(0);
});

test('a document that nobody looks at any more is left alone', async () => {
  const { page, reloads } = pageAt('http://garden.localhost/a');
  watch(page, '1');
  page.dispatchEvent(new Event('pagehide'));
  await endWorker();
  expect(reloads()).toBe(0);
});

test('an address is loaded again three times, then a person is told; each that is whole counts anew', async () => {
  const { page, reloads } = pageAt('http://garden.localhost/a');
  const cutNext = async (id: string) => {
    watch(page, id);
    await endWorker();
  };
  await cutNext('1');
  watch(page, 'whole');
  say('whole');
  for (const id of ['2', '3', '4']) await cutNext(id);
  expect([reloads(), cut.length]).toEqual([4, 0]);
  await cutNext('5');
  expect([reloads(), cut.length]).toEqual([4, 1]);
});

test('the answer to a form is not asked for again: a person is told', async () => {
  const { page, reloads } = pageAt('http://garden.localhost/a');
  watch(page, '1', { mayRepeat: false });
  await endWorker();
  expect(reloads()).toBe(0);
  expect(cut).toEqual([page]);
});

test('an empty document is loaded again if the service worker has ended since, not if it is meant', async () => {
  const { page, reloads } = pageAt('http://garden.localhost/a');
  await documents.empty(page, true);
  expect(reloads()).toBe(1);
  state = 'answered';
  await documents.empty(page, true);
  expect([reloads(), cut.length]).toEqual([1, 0]);
  state = 'unknown';
  await documents.empty(page, false);
  expect([reloads(), cut.length]).toEqual([1, 1]);
});

test('ends that mean nothing here are not remembered without limit', () => {
  for (let number = 0; number < 200; number += 1) say(String(number));
  const { page } = pageAt('http://garden.localhost/a');
  watch(page, '0');
  expect(ends.size).toBe(1);
  ends.clear();
  watch(page, '199');
  expect(ends.size).toBe(0);
});
