import { afterEach, expect, it, vi } from 'vitest';
import type { FrameStart } from './sandbox-messages.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

/** Runs the page's script in a window of stand-ins. */
async function openPage() {
  const window = new EventTarget();
  const parent = {};
  const started: string[] = [];
  const policies: unknown[] = [];
  class StandInWorker extends EventTarget {
    constructor(url: string) {
      super();
      started.push(decodeURIComponent(url.slice(url.indexOf(',') + 1)));
    }
    postMessage() {}
  }
  vi.stubGlobal('parent', parent);
  vi.stubGlobal('Worker', StandInWorker);
  vi.stubGlobal('addEventListener', window.addEventListener.bind(window));
  vi.stubGlobal('removeEventListener', window.removeEventListener.bind(window));
  vi.stubGlobal('document', {
    createElement: () => ({}),
    head: { append: ({ content }: { content: string }) => policies.push(content) },
  });
  await import('./sandbox-page.ts');
  const receive = (source: unknown, runtime: string) => {
    const start: Pick<FrameStart, 'runtime' | 'connectSources'> & Record<string, unknown> = {
      runtime,
      connectSources: 'data:',
      start: { ports: {} },
    };
    window.dispatchEvent(Object.assign(new Event('message'), { data: start, source }));
  };
  return { parent, started, policies, receive };
}

it('obeys the page around it, whoever speaks first', async () => {
  const { parent, started, policies, receive } = await openPage();
  receive({}, 'somebody’s');
  receive(null, 'nobody’s');
  expect(started).toEqual([]);
  receive(parent, 'the site’s');
  expect(started).toEqual(['the site’s']);
  expect(policies).toEqual(['connect-src data:']);
});

it('begins once', async () => {
  const { parent, started, receive } = await openPage();
  receive(parent, 'first');
  receive(parent, 'second');
  expect(started).toEqual(['first']);
});
