import { expect, test } from 'vitest';
import { ManualClock } from '../../protocol/testing/manual-clock.ts';
import { askServiceWorker } from './ask-service-worker.ts';

const NOTICE = { kind: 'peerserver-forget' } as const;

test('what the service worker says over the port is the answer', async () => {
  const said: unknown[] = [];
  const worker = {
    postMessage(notice: unknown, ports: unknown) {
      said.push(notice);
      if (Array.isArray(ports)) (ports[0] as MessagePort).postMessage('noted');
    },
  };
  expect(await askServiceWorker(worker, NOTICE)).toBe('noted');
  expect(said).toEqual([NOTICE]);
});

test('a service worker that says nothing is waited for no longer than told', async () => {
  const clock = new ManualClock();
  const asked = askServiceWorker({ postMessage: () => {} }, NOTICE, { withinMs: 500, clock });
  let answered = false;
  void asked.then(() => {
    answered = true;
  });
  clock.advance(499);
  await Promise.resolve();
  expect(answered).toBe(false);
  clock.advance(1);
  expect(await asked).toBeUndefined();
});

test('where there is no service worker nothing is waited for', async () => {
  expect(await askServiceWorker(undefined, NOTICE, { clock: new ManualClock() })).toBeUndefined();
});
