import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import { type BulkKind, Lab, type SmallKind, smallKindsOf } from '../lab/lab.ts';
import type { BenchOptions } from '../options.ts';
import { readThreadTimes, spentBetween } from './thread-times.ts';

const TRACE_CATEGORIES = [
  'toplevel',
  'devtools.timeline',
  'v8.execute',
  'blink.user_timing',
  'disabled-by-default-v8.cpu_profiler',
];

/** Threads printed for one step. */
const SHOWN_THREADS = 14;

/**
 * Writes into `folder`: for each way of a transfer and of small requests, the processor time of all threads
 * (without a tracer, which costs time itself), then traces of host and visitor while it is done again.
 * Traces open in Chromium's DevTools or in ui.perfetto.dev; service workers and workers are in them.
 */
export async function saveProfile(
  options: BenchOptions,
  folder: string,
  progress: (text: string) => void,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const lab = await Lab.open(options, progress);
  try {
    const bulk: BulkKind[] = ['raw', ...options.hosts];
    const small: SmallKind[] = smallKindsOf(options);
    const steps: [name: string, run: () => Promise<unknown>][] = [
      ...bulk.map((kind): [string, () => Promise<unknown>] => [
        `bulk-${kind}`,
        () => lab.transfer(kind, options.bulkBytes),
      ]),
      ...small.map((kind): [string, () => Promise<unknown>] => [
        `small-${kind}`,
        () => lab.request(kind, options.requests),
      ]),
    ];
    for (const [name, run] of steps) {
      await run();
      process.stdout.write(await timeThreads(lab, name, run));
      if (options.browser === 'chromium') await trace(lab, join(folder, name), run);
    }
  } finally {
    await lab.close();
  }
}

async function timeThreads(lab: Lab, name: string, run: () => Promise<unknown>): Promise<string> {
  const roots = new Map<string, number>([['node', process.pid]]);
  // Browsers are children of this process: their own role is read after, and so wins.
  for (const [role, { browser }] of [
    ['host', lab.host],
    ['visitor', lab.visitor],
  ] as const) {
    const pid = browser.process()?.pid;
    if (pid !== undefined) roots.set(role, pid);
  }
  const before = readThreadTimes(roots);
  const start = performance.now();
  await run();
  const elapsed = performance.now() - start;
  const spent = spentBetween(before, readThreadTimes(roots));
  const lines = spent
    .slice(0, SHOWN_THREADS)
    .map(
      ({ ms, role, process, thread }) =>
        `  ${String(ms).padStart(6)} ms  ${role} ${process}: ${thread}`,
    );
  return [`${name}: ${elapsed.toFixed(0)} ms; processor time`, ...lines, ''].join('\n');
}

async function trace(lab: Lab, path: string, run: () => Promise<unknown>): Promise<void> {
  const tracers: [string, Page][] = [];
  for (const role of ['host', 'visitor'] as const) {
    const [page] = await lab.controls[role].pages();
    if (page === undefined) throw new Error(`The ${role}'s browser has no page.`);
    await page.tracing.start({ categories: TRACE_CATEGORIES });
    tracers.push([role, page]);
  }
  await run();
  for (const [role, page] of tracers) {
    const bytes = await page.tracing.stop();
    if (bytes) await writeFile(`${path}-${role}.json`, bytes);
  }
}
