import { expect, onTestFinished, test, vi } from 'vitest';
import { closeServiceWorkers } from './forget-site.ts';

/** A service worker that answers when the test wants it to. */
class SlowWorker {
  readonly notices: unknown[] = [];
  readonly #ports: MessagePort[] = [];

  postMessage(notice: unknown, ports: readonly MessagePort[]): void {
    this.notices.push(notice);
    this.#ports.push(...ports);
  }

  answer(): void {
    for (const port of this.#ports) port.postMessage('noted');
  }
}

test('nothing is wiped before every service worker has ended what it was writing (SPEC H6)', async () => {
  const workers = [new SlowWorker(), new SlowWorker()];
  const [active, waiting] = workers;
  const registration = { installing: null, waiting, active };
  vi.stubGlobal('navigator', { serviceWorker: { getRegistrations: async () => [registration] } });
  onTestFinished(() => void vi.unstubAllGlobals());
  let isClosed = false;
  const closed = closeServiceWorkers().then(() => {
    isClosed = true;
  });
  await vi.waitUntil(() => workers.every(({ notices }) => notices.length > 0));
  expect(workers.map(({ notices }) => notices)).toEqual(
    workers.map(() => [{ kind: 'peerserver-forget' }]),
  );
  active?.answer();
  await new Promise((resolve) => setTimeout(resolve));
  expect(isClosed).toBe(false);
  waiting?.answer();
  await closed;
});
