import { expect, test } from 'vitest';
import { ManualClock } from '../../protocol/testing/manual-clock.ts';
import { createKeptOut, KEPT_OUT_MS } from './kept-out.ts';

function setUp() {
  const clock = new ManualClock();
  const told: string[] = [];
  const keptOut = createKeptOut(
    {
      disconnect: (connectionId) => told.push(`disconnect ${connectionId}`),
      readmit: (key) => told.push(`readmit ${key}`),
    },
    clock,
  );
  const labels = () => keptOut.visitors.value.map(({ label }) => label);
  return { clock, told, keptOut, labels };
}

test('who is disconnected is listed until the host lets them in again', async () => {
  const { clock, told, keptOut, labels } = setUp();
  keptOut.disconnect({ connectionId: 'a', key: 'A', label: 'Visitor 1' });
  await clock.advance(KEPT_OUT_MS / 2);
  keptOut.disconnect({ connectionId: 'b', key: 'B', label: 'Visitor 2' });
  expect(labels()).toEqual(['Visitor 1', 'Visitor 2']);
  await clock.advance(KEPT_OUT_MS / 2);
  expect(labels()).toEqual(['Visitor 2']);
  await clock.advance(KEPT_OUT_MS / 2);
  expect(labels()).toEqual([]);
  expect(told).toEqual(['disconnect a', 'disconnect b']);
});

test('who is let in again is listed no more, and its time begins anew the next time', async () => {
  const { clock, told, keptOut, labels } = setUp();
  keptOut.disconnect({ connectionId: 'a', key: 'A', label: 'Visitor 1' });
  await clock.advance(KEPT_OUT_MS - 1);
  keptOut.readmit('A');
  expect(labels()).toEqual([]);
  keptOut.disconnect({ connectionId: 'a2', key: 'A', label: 'Visitor 1' });
  await clock.advance(1);
  expect(labels()).toEqual(['Visitor 1']);
  expect(told).toEqual(['disconnect a', 'readmit A', 'disconnect a2']);
});
