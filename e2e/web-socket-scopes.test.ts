/** Everything that may open a WebSocket in a site: frames, workers, classes of the site's own. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import type { BrowserName } from './browsers/launch.ts';
import { FRAME_WAYS, FRAMED_PAGE, FRAMES_PAGE } from './fixtures/socket-frames.ts';
import { SocketSite } from './fixtures/socket-site.ts';
import { browserPool } from './instance/browsers.ts';
import { startInstance } from './instance/instance.ts';
import { hostHandler } from './instance/node-hosts.ts';
import { Visitor } from './instance/visitor.ts';

const openBrowser = browserPool();
const instance = await startInstance({ whenDone: afterAll });
const site = new SocketSite({ '/frames': FRAMES_PAGE, '/framed': FRAMED_PAGE });
await hostHandler(instance, {
  name: 'sockets',
  handler: (request) => site.handle(request),
  whenDone: afterAll,
});

describe.each<BrowserName>(['chromium', 'firefox'])('in %s', (browserName) => {
  async function visit(path = '/'): Promise<Visitor> {
    const visitor = await Visitor.open(
      await openBrowser(browserName, 'visitor'),
      instance.siteUrl('sockets', path),
    );
    await visitor.sees('Here are');
    return visitor;
  }

  it('frames of the page have it from their first script on, however they are filled', async () => {
    const visitor = await visit('/frames');
    const heard = () => visitor.frame.evaluate(() => Reflect.get(window, 'heardAll') as string[]);
    await visitor.tab
      .until('all frames to speak', async () => (await heard()).length >= FRAME_WAYS.length)
      // The comparison below says more.
      .catch(() => undefined);
    expect((await heard()).sort()).toEqual(FRAME_WAYS.map((name) => `hello from ${name}`).sort());
    const [written, read] = await visitor.frame.evaluate(() => [
      Reflect.get(window, 'srcdocWritten'),
      Reflect.get(window, 'srcdocRead'),
    ]);
    expect(read).toEqual([written, written]);
  });

  it.each([
    ['worker.js', {}, 'strict WebSocket true'],
    ['sloppy-worker.js', {}, 'sloppy WebSocket true'],
    ['sloppy-worker.js', { type: 'module' }, 'strict WebSocket true'],
    ['worker.js', { name: 'shared' }, 'strict WebSocket true'],
    ['forbidden-worker.js', {}, 'error'],
  ] as [
    string,
    WorkerOptions,
    string,
  ][])('workers have it, too: %s %j', async (path, kind, said) => {
    const visitor = await visit();
    const target = `?worker=${browserName}-${path}-${Object.values(kind)}`;
    const heard = await visitor.frame.evaluate(
      (url, options) =>
        new Promise((resolve, reject) => {
          if (options.name === 'shared') {
            new SharedWorker(url, options).port.onmessage = ({ data }) => resolve(data);
            return;
          }
          const worker = new Worker(url, options);
          Reflect.set(window, 'worker', worker);
          worker.onmessage = ({ data }) => resolve(data);
          worker.onerror = ({ message }) => reject(new Error(message));
        }),
      `/${path}${target}`,
      kind,
    );
    expect(heard).toBe(said);
    if (said === 'error' || kind.name === 'shared') return;
    await visitor.frame.evaluate(() => (Reflect.get(window, 'worker') as Worker).terminate());
    expect(await site.endOf(`/echo${target}`)).toMatchObject({ code: 1001 });
  });

  it("sockets to other origins are the browser's own, of the same class", async () => {
    const other = new WebSocketServer({ port: 0, host: 'localhost' });
    onTestFinished(() => other.close());
    other.on('connection', (socket) => socket.send('from elsewhere'));
    await once(other, 'listening');
    const visitor = await visit();
    const seen = await visitor.frame.evaluate(
      async (url) => {
        class Derived extends WebSocket {
          readonly mark = 'derived';
        }
        const elsewhere = new WebSocket(url);
        const text = new Promise((resolve) => {
          elsewhere.onmessage = ({ data }) => resolve(data);
        });
        const derived = new Derived('/echo');
        await new Promise((resolve) => derived.addEventListener('open', resolve));
        return {
          text: await text,
          instances: [elsewhere, derived].map((socket) => socket instanceof WebSocket),
          derived: [derived instanceof Derived, derived.mark, derived.constructor === Derived],
          tag: `${derived}`,
          constants: [WebSocket.CLOSED, derived.CLOSING],
          shape: [WebSocket.name, WebSocket.length, WebSocket.prototype.send.length],
          same: WebSocket.prototype.constructor === WebSocket,
        };
      },
      `ws://localhost:${(other.address() as AddressInfo).port}/`,
    );
    expect(seen).toEqual({
      text: 'from elsewhere',
      instances: [true, true],
      derived: [true, 'derived', true],
      tag: '[object WebSocket]',
      constants: [3, 2],
      shape: ['WebSocket', 1, 1],
      same: true,
    });
  });

  it('refuses what the browser refuses, with the same errors', async () => {
    const visitor = await visit();
    const plain = await Visitor.open(await openBrowser(browserName, 'visitor'), instance.origin);
    const refusals = () => {
      const nameOf = (action: () => unknown) => {
        try {
          action();
          return 'fine';
        } catch (thrown) {
          return `${(thrown as Error).name} ${thrown instanceof DOMException}`;
        }
      };
      const create = (...args: unknown[]) => nameOf(() => Reflect.construct(WebSocket, args));
      const socket = new WebSocket('/echo');
      return {
        constructor: [
          create(),
          nameOf(() => (WebSocket as unknown as (url: string) => void)('/echo')),
          create('ws://:bad'),
          create('/echo#part'),
          create('ftp://localhost/'),
          create('/echo', ''),
          create('/echo', ['']),
          create('/echo', ['a', 'A']),
          create('/echo', ['a', 'a']),
          create('/echo', 'with blank'),
          create('/echo', ['ü']),
          create('/echo', [Symbol('a')]),
        ],
        connecting: [
          nameOf(() => socket.send('x')),
          nameOf(() => Reflect.apply(socket.send, socket, [])),
        ],
        close: [
          nameOf(() => socket.close(999)),
          nameOf(() => socket.close(1001)),
          nameOf(() => socket.close(5000)),
          nameOf(() => socket.close(1000, 'x'.repeat(124))),
          nameOf(() => socket.close(1000.4)),
          nameOf(() => socket.close(999)),
        ],
        after: [socket.readyState, nameOf(() => socket.send('x')), socket.bufferedAmount],
        strangers: [
          nameOf(() => Reflect.get(WebSocket.prototype, 'url')),
          nameOf(() => Reflect.apply(WebSocket.prototype.send, {}, ['x'])),
        ],
      };
    };
    const expected = await plain.tab.page.evaluate(refusals);
    expect(expected.close).toContain('InvalidAccessError true');
    expect(await visitor.frame.evaluate(refusals)).toEqual(expected);
  });
});
