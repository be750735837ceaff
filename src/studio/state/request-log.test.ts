import { describe, expect, it } from 'vitest';
import { createRequestLog, MAX_LOG_ENTRIES, type RequestLog } from './request-log.ts';

function setUp() {
  const frames: (() => void)[] = [];
  const log = createRequestLog((callback) => frames.push(callback));
  const add = (target: string) =>
    log.add({ at: 0, method: 'GET', target, status: 200, bytes: 1, ms: 1 });
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
