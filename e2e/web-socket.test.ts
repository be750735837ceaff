/** WebSockets of a site's pages reach its host as if an ordinary server stood behind them. */
import { afterAll, describe, expect, it } from 'vitest';
import { MAX_PAGE_SOCKETS } from '../src/visitor/connection-worker/page-sockets.ts';
import type { BrowserName } from './browsers/launch.ts';
import { SocketSite } from './fixtures/socket-site.ts';
import { browserPool } from './instance/browsers.ts';
import { startInstance } from './instance/instance.ts';
import { hostHandler } from './instance/node-hosts.ts';
import { until } from './instance/until.ts';
import { Visitor } from './instance/visitor.ts';

/** What the site's pages bring for these tests. */
declare function follow(socket: WebSocket): Promise<string[]>;

const KIB = 1024;
const MIB = 1024 * KIB;

const openBrowser = browserPool();
const instance = await startInstance({ whenDone: afterAll });
const site = new SocketSite();
await hostHandler(instance, {
  name: 'sockets',
  handler: (request) => site.handle(request),
  whenDone: afterAll,
});
const origin = instance.siteUrl('sockets', '').replace(/^http/, 'ws');

describe.each<BrowserName>(['chromium', 'firefox'])('in %s', (browserName) => {
  async function visit(path = '/'): Promise<Visitor> {
    const visitor = await Visitor.open(
      await openBrowser(browserName, 'visitor'),
      instance.siteUrl('sockets', path),
    );
    await visitor.sees('Here are sockets');
    return visitor;
  }

  it('a socket carries text and bytes both ways, and says goodbye', async () => {
    const visitor = await visit();
    const seen = await visitor.frame.evaluate(async () => {
      const socket = new WebSocket('/echo?a=1');
      const before = [socket.readyState, socket.url, socket.protocol, socket.extensions];
      const log = follow(socket);
      const texts: string[] = [];
      await new Promise((resolve) => socket.addEventListener('open', resolve));
      socket.binaryType = 'arraybuffer';
      socket.send('Grüße');
      socket.send(new Uint8Array([1, 2, 3]).subarray(1));
      socket.send(new Blob(['a blob']));
      socket.send('behind the blob');
      await new Promise<void>((resolve) => {
        socket.addEventListener('message', ({ data }: MessageEvent<string | ArrayBuffer>) => {
          texts.push(typeof data === 'string' ? data : `bytes ${new Uint8Array(data).join()}`);
          if (texts.length === 4) resolve();
        });
      });
      socket.close(3001, 'enough');
      const closing = socket.readyState;
      return { before, texts, closing, events: (await log).map((line) => line.split(' ')[0]) };
    });
    expect(seen).toEqual({
      before: [0, `${origin}/echo?a=1`, '', ''],
      texts: ['Grüße', 'bytes 2,3', 'bytes 97,32,98,108,111,98', 'behind the blob'],
      closing: 2,
      events: ['open', 'message', 'message', 'message', 'message', 'close'],
    });
    expect(await site.endOf('/echo?a=1')).toMatchObject({
      code: 3001,
      reason: 'enough',
      wasClean: true,
    });
  });

  it('events carry what they should, in order', async () => {
    const visitor = await visit();
    const log = await visitor.frame.evaluate(() => follow(new WebSocket('/flood?count=3')));
    expect(log).toEqual([
      'open 1 ',
      ...['0', '1', '2'].map((text) => `message ${text} from ${origin}`),
      'close 1000 done true',
    ]);
  });

  it('a thousand small messages arrive in order, both ways', async () => {
    const visitor = await visit();
    const texts = await visitor.frame.evaluate(async () => {
      const socket = new WebSocket('/echo');
      const received: string[] = [];
      await new Promise((resolve) => socket.addEventListener('open', resolve));
      return new Promise<string[]>((resolve) => {
        socket.onmessage = ({ data }) => {
          received.push(data);
          if (received.length === 1000) resolve(received);
        };
        for (let index = 0; index < 1000; index += 1) socket.send(`${index}`);
      });
    });
    expect(texts).toEqual(Array.from({ length: 1000 }, (_, index) => `${index}`));
  });

  it.each([1 * MIB, 8 * MIB])('a message of %i bytes comes back whole', async (size) => {
    const visitor = await visit();
    const same = await visitor.frame.evaluate(async (bytes) => {
      const digest = async (data: BufferSource) =>
        `${new Uint8Array(await crypto.subtle.digest('SHA-256', data))}`;
      const sent = new Uint8Array(bytes).map((_, index) => index * 7 + (index >> 8));
      const socket = new WebSocket('/echo');
      await new Promise((resolve) => socket.addEventListener('open', resolve));
      const received = new Promise<Blob>((resolve) => {
        socket.onmessage = ({ data }) => resolve(data);
      });
      socket.send(sent);
      const text = new Promise<string>((resolve) => {
        socket.addEventListener('message', ({ data }) => {
          if (typeof data === 'string') resolve(data);
        });
      });
      const long = 'ü'.repeat(bytes / 2);
      socket.send(long);
      const blob = await received;
      return {
        isBlob: blob instanceof Blob,
        sameBytes: (await digest(await blob.arrayBuffer())) === (await digest(sent)),
        sameText: (await text) === long,
      };
    }, size);
    expect(same).toEqual({ isBlob: true, sameBytes: true, sameText: true });
  });

  it('a subprotocol is agreed on, and the host gets the head that browsers send', async () => {
    const visitor = await visit();
    const seen = await visitor.frame.evaluate(async () => {
      const socket = new WebSocket('/head', ['chat.v1', 'chat.v2']);
      const head = new Promise<string>((resolve) => {
        socket.onmessage = ({ data }) => resolve(data);
      });
      return { head: await head, protocol: socket.protocol, agent: navigator.userAgent };
    });
    expect(seen.protocol).toBe('chat.v2');
    const head = new Map<string, string>(JSON.parse(seen.head));
    const page = new URL(instance.siteUrl('sockets'));
    expect(Object.fromEntries(head)).toMatchObject({
      host: page.host,
      origin: page.origin,
      'user-agent': seen.agent,
      'sec-websocket-protocol': 'chat.v1, chat.v2',
    });
  });

  it.each([
    ['/close?code=4001&reason=bye', 'close 4001 bye true'],
    ['/close?code=1000', 'close 1000  true'],
    ['/close', 'close 1005  true'],
    ['/fails', 'close 1011  true'],
  ])('the host closes by %s: %s', async (path, closed) => {
    const visitor = await visit();
    const log = await visitor.frame.evaluate((url) => follow(new WebSocket(url)), path);
    expect(log.at(0)).toBe('open 1 ');
    expect(log.at(-1)).toMatch(new RegExp(`^${closed.replace('  ', ' .*')}$`));
    expect(log).toHaveLength(2);
  });

  it.each([
    [[], { code: 1005, reason: '' }],
    [[1000], { code: 1000, reason: '' }],
    [[4999, 'ä'.repeat(61)], { code: 4999, reason: 'ä'.repeat(61) }],
  ] as [[number?, string?], object][])('the page closes with %j', async (args, end) => {
    const visitor = await visit();
    const target = `/echo?close=${browserName}-${args.length}`;
    const events = await visitor.frame.evaluate(
      async (url, given) => {
        const socket = new WebSocket(url);
        const log = follow(socket);
        socket.addEventListener('open', () => socket.close(...given));
        return log;
      },
      target,
      args,
    );
    expect(events.map((line) => line.split(' ')[0])).toEqual(['open', 'close']);
    expect(await site.endOf(target)).toMatchObject({ ...end, wasClean: true });
  });

  it('a refused upgrade is an error and nothing more', async () => {
    const visitor = await visit();
    const log = await visitor.frame.evaluate(() => follow(new WebSocket('/no-entry')));
    expect(log).toEqual(['error 3', 'close 1006  false']);
  });

  it('closing while it connects fails the socket, and the host is told', async () => {
    const visitor = await visit();
    const target = `/never?${browserName}`;
    await visitor.frame.evaluate((url) => {
      const socket = new WebSocket(url);
      Reflect.set(window, 'connecting', socket);
      Reflect.set(window, 'log', follow(socket));
    }, target);
    await until('the host to be asked', async () => site.asked.includes(target));
    const log = await visitor.frame.evaluate(() => {
      (Reflect.get(window, 'connecting') as WebSocket).close();
      return Reflect.get(window, 'log') as Promise<string[]>;
    });
    expect(log).toEqual(['error 3', 'close 1006  false']);
    await until('the host to be told', async () => site.givenUp.includes(target));
  });

  it('a host that goes away breaks the socket', async () => {
    const leaving = await hostHandler(instance, {
      name: `leaving-${browserName}`,
      handler: (request) => site.handle(request),
    });
    const visitor = await Visitor.open(
      await openBrowser(browserName, 'visitor'),
      instance.siteUrl(`leaving-${browserName}`),
    );
    await visitor.sees('Here are sockets');
    await visitor.frame.evaluate(async () => {
      const socket = new WebSocket('/echo');
      Reflect.set(window, 'log', follow(socket));
      await new Promise((resolve) => socket.addEventListener('open', resolve));
    });
    await leaving.stop();
    const log = await visitor.frame.evaluate(() => Reflect.get(window, 'log') as Promise<string[]>);
    expect(log.slice(1)).toEqual(['close 1006  false']);
  });

  it('a host that does not read makes bufferedAmount grow, and nothing else', async () => {
    const own = new SocketSite();
    const name = `held-${browserName}`;
    await hostHandler(instance, { name, handler: (request) => own.handle(request) });
    const visitor = await Visitor.open(
      await openBrowser(browserName, 'visitor'),
      instance.siteUrl(name),
    );
    await visitor.sees('Here are sockets');
    const COUNT = 96;
    const after = await visitor.frame.evaluate(
      async (count, bytes) => {
        const socket = new WebSocket('/held');
        Reflect.set(window, 'held', socket);
        await new Promise((resolve) => socket.addEventListener('open', resolve));
        for (let index = 0; index < count; index += 1) socket.send(new Uint8Array(bytes));
        return socket.bufferedAmount;
      },
      COUNT,
      256 * KIB,
    );
    expect(after).toBe(COUNT * 256 * KIB);
    const buffered = () =>
      visitor.frame.evaluate(() => (Reflect.get(window, 'held') as WebSocket).bufferedAmount);
    // Two looks that agree: nothing moves any more.
    const still = await visitor.tab.until('the socket to stand still', async () => {
      const before = await buffered();
      await new Promise((resolve) => setTimeout(resolve, 500));
      return before === (await buffered()) ? before : undefined;
    });
    expect(still).toBeGreaterThan(8 * MIB);
    expect(own.held).toBe(0);
    own.release();
    await visitor.tab.until('all to be sent', async () => (await buffered()) === 0);
    await until('all to arrive', async () => own.held === COUNT * 256 * KIB);
  });

  it.each([
    'as it came',
    'written anew',
  ])("a page that is left says so, %s: the host's socket ends with 1001", async (kind) => {
    const visitor = await visit();
    const target = `/echo?left=${browserName}-${kind.length}`;
    if (kind === 'written anew') {
      await visitor.frame.evaluate(() => {
        document.open();
        document.write('<p>Here are sockets</p>');
        document.close();
      });
    }
    await visitor.frame.evaluate(async (url) => {
      const socket = new WebSocket(url);
      await new Promise((resolve) => socket.addEventListener('open', resolve));
      location.href = '/two';
    }, target);
    expect(await site.endOf(target)).toMatchObject({ code: 1001, wasClean: true });
    await visitor.sees('The second page');
  });

  it("two tabs have sockets of their own, and one tab's end leaves the other's alone", async () => {
    const [first, second] = [await visit(), await visit()];
    const open = (visitor: Visitor, url: string) =>
      visitor.frame.evaluate(async (path) => {
        const socket = new WebSocket(path);
        Reflect.set(window, 'kept', socket);
        await new Promise((resolve) => socket.addEventListener('open', resolve));
      }, url);
    const target = `/echo?tab=${browserName}`;
    await open(first, target);
    await open(second, '/echo');
    await first.tab.close();
    await site.endOf(target);
    const echoed = await second.frame.evaluate(() => {
      const socket = Reflect.get(window, 'kept') as WebSocket;
      socket.send('still here');
      return new Promise((resolve) => {
        socket.onmessage = ({ data }) => resolve(data);
      });
    });
    expect(echoed).toBe('still here');
  });

  it('more sockets than a page may have fail at once', async () => {
    const visitor = await visit();
    const seen = await visitor.frame.evaluate(async (allowed) => {
      const sockets = Array.from({ length: allowed }, () => new WebSocket('/echo?many'));
      await Promise.all(
        sockets.map((one) => new Promise((resolve) => one.addEventListener('open', resolve))),
      );
      const further = await follow(new WebSocket('/echo'));
      sockets[0]?.close();
      await new Promise((resolve) => sockets[0]?.addEventListener('close', resolve));
      const next = new WebSocket('/echo');
      await new Promise((resolve) => next.addEventListener('open', resolve));
      return further;
    }, MAX_PAGE_SOCKETS);
    expect(seen).toEqual(['error 3', 'close 1006  false']);
  });
});
