import { expect, it } from 'vitest';
import { ManualClock } from '../../protocol/testing/manual-clock.ts';
import type { SiteLogEntry } from '../site-log.ts';
import { LogGate } from './log-gate.ts';

it('lets a burst through, then a steady rate, and says how many it left out', () => {
  const clock = new ManualClock();
  const passed: SiteLogEntry[] = [];
  const gate = new LogGate(
    clock,
    () => 5,
    (entry) => passed.push(entry),
  );
  let made = 0;
  const add = (count: number) => {
    for (let index = 0; index < count; index += 1) {
      gate.add(() => {
        made += 1;
        return { level: 'info', source: 'console', text: `${index}` };
      });
    }
  };
  add(700);
  expect(passed).toHaveLength(500);
  expect(made).toBe(500);
  expect(passed[0]).toEqual({ at: 5, level: 'info', source: 'console', text: '0' });
  clock.advance(1_000);
  add(100);
  expect(passed).toHaveLength(500 + 1 + 50);
  expect(passed[500]?.text).toMatch(/^200 entries were left out/);
  gate.tell({ level: 'error', source: 'sandbox', text: 'ours' });
  expect(passed.at(-1)?.text).toBe('ours');
});
