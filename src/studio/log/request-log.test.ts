import { describe, expect, it } from 'vitest';
import { createRequestLog, MAX_LOG_ENTRIES, type RequestLog } from './request-log.ts';
import { requestEntry } from './testing/log-entries.ts';

function setUp() {
  const frames: (() => void)[] = [];
  const log = createRequestLog((callback) => frames.push(callback));
  const add = (target: string) => log.add(requestEntry(0, { target }));
  const draw = () => {
    for (const frame of frames.splice(0)) frame();
  };
  return { log, add, draw, frames };
}

function targets(log: RequestLog): string[] {
  return log.entries.value.map((entry) => ('message' in entry ? entry.message.text : entry.target));
}

describe('the request log', () => {
  it('shows what the site says among its requests, and counts requests only', () => {
    const { log, add, draw } = setUp();
    add('/1');
    log.addMessage({ at: 0, level: 'info', source: 'console', text: 'hello' });
    add('/2');
    draw();
    expect(targets(log)).toEqual(['/2', 'hello', '/1']);
    expect(log.total.value).toBe(2);
  });

  it('shows the newest first, all of a frame at once', () => {
    const { log, add, draw, frames } = setUp();
    add('/1');
    add('/2');
    expect(log.entries.value).toEqual([]);
    expect(frames).toHaveLength(1);
    draw();
    add('/3');
    draw();
    expect(targets(log)).toEqual(['/3', '/2', '/1']);
    expect(new Set(log.entries.value.map((entry) => entry.id)).size).toBe(3);
  });

  it('keeps a bounded number while no frame is drawn, and still counts all', () => {
    const { log, add, draw } = setUp();
    for (let i = 1; i <= 5 * MAX_LOG_ENTRIES; i++) add(`/${i}`);
    draw();
    expect(log.entries.value).toHaveLength(MAX_LOG_ENTRIES);
    expect(targets(log)[0]).toBe(`/${5 * MAX_LOG_ENTRIES}`);
    expect(log.total.value).toBe(5 * MAX_LOG_ENTRIES);
  });

  it('keeps a bounded number over many frames', () => {
    const { log, add, draw } = setUp();
    for (let i = 0; i < MAX_LOG_ENTRIES + 10; i++) {
      add('/');
      draw();
    }
    expect(log.entries.value).toHaveLength(MAX_LOG_ENTRIES);
  });

  it('forgets its entries when it is cleared, also those not yet shown', () => {
    const { log, add, draw } = setUp();
    add('/1');
    draw();
    add('/2');
    log.clear();
    draw();
    expect(log.entries.value).toEqual([]);
  });
});

describe('a paused log', () => {
  it('holds still with all that came before, counts what waits, and shows it in the end', () => {
    const { log, add, draw } = setUp();
    add('/1');
    log.pause();
    expect(targets(log)).toEqual(['/1']);
    add('/2');
    add('/3');
    draw();
    expect(targets(log)).toEqual(['/1']);
    expect(log.waiting.value).toBe(2);
    // The bar of the log goes on counting.
    expect(log.total.value).toBe(3);
    log.resume();
    expect(targets(log)).toEqual(['/3', '/2', '/1']);
    expect(log.waiting.value).toBe(0);
    add('/4');
    draw();
    expect(targets(log)[0]).toBe('/4');
  });

  it('lets a bounded number wait, and counts all', () => {
    const { log, add, draw } = setUp();
    log.pause();
    for (let i = 1; i <= 5 * MAX_LOG_ENTRIES; i++) add(`/${i}`);
    draw();
    expect(log.waiting.value).toBe(5 * MAX_LOG_ENTRIES);
    log.resume();
    expect(log.entries.value).toHaveLength(MAX_LOG_ENTRIES);
    expect(targets(log)[0]).toBe(`/${5 * MAX_LOG_ENTRIES}`);
  });

  it('forgets what waits when it is cleared, and stays paused', () => {
    const { log, add, draw } = setUp();
    log.pause();
    add('/1');
    draw();
    log.clear();
    expect(log.waiting.value).toBe(0);
    expect(log.paused.value).toBe(true);
    log.resume();
    expect(targets(log)).toEqual([]);
  });
});
