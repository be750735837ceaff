import { describe, expect, test, vi } from 'vitest';
import type { CookieState } from '../../protocol/cookie-sync.ts';
import { ManualClock } from '../../protocol/testing/manual-clock.ts';
import type { BetweenShells, CookiesToPage, CookiesToWorker } from './cookie-messages.ts';
import { type PendingWrite, PendingWrites } from './pending-writes.ts';
import { CookiePublisher, OTHERS_WITHIN_MS, OWN_WITHIN_MS } from './publisher.ts';
import { LEFT_WRITES_MS, ShellCookies } from './shell-cookies.ts';

type Listener = ((event: MessageEvent<BetweenShells>) => void) | null;

/** A BroadcastChannel in one piece: what one says, all others hear, in the same order. */
class Ether {
  readonly #ends = new Set<{ onmessage: Listener }>();

  open() {
    const end = {
      onmessage: null as Listener,
      postMessage: (data: BetweenShells) => {
        const copy = structuredClone(data);
        for (const other of this.#ends) {
          if (other === end) continue;
          queueMicrotask(() => other.onmessage?.(new MessageEvent('message', { data: copy })));
        }
      },
    };
    this.#ends.add(end);
    return end;
  }
}

function memoryStorage(): Storage {
  const items = new Map<string, string>();
  return {
    get length() {
      return items.size;
    },
    key: (index) => [...items.keys()][index] ?? null,
    getItem: (name) => items.get(name) ?? null,
    setItem: (name, value) => void items.set(name, value),
    removeItem: (name) => void items.delete(name),
    clear: () => items.clear(),
  };
}

/** Tabs of one site: each with its page and the worker's publisher. */
function tabs() {
  const ether = new Ether();
  const clock = new ManualClock();
  const storage = memoryStorage();
  const living = new Set<string>();
  const open = (shell: string) => {
    living.add(shell);
    const toWorker: CookiesToWorker[] = [];
    const foreign: PendingWrite[] = [];
    const deaf = { page: false };
    const page = new ShellCookies({
      shell,
      host: 'garden.localhost',
      post(message) {
        toWorker.push(message);
        if (message.kind === 'cookies-applied') publisher.applied(message.id);
      },
      channel: ether.open(),
      storage,
      now: () => clock.now(),
    });
    const publisher: CookiePublisher = new CookiePublisher({
      shell,
      post: (message: CookiesToPage) => {
        queueMicrotask(() => {
          if (!deaf.page) page.receive(message);
        });
      },
      channel: ether.open(),
      livingShells: async () => [...living],
      onWrite: (write) => foreign.push(write),
      onAcks: () => {},
      clock,
    });
    const read = () => page.visible('/').map(({ name, value }) => `${name}=${value}`);
    return { page, publisher, read, toWorker, foreign, deaf };
  };
  return { open, clock, storage, living };
}

/** All that is ready to run has run. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function state(version: number, name: string, value: string): CookieState {
  return {
    epoch: 'e',
    version,
    now: 0,
    acks: {},
    scope: version === 1 ? 'all' : 'changes',
    changes: [
      {
        version,
        cookie: {
          name,
          value,
          path: '/',
          hostOnly: true,
          secure: false,
          sameSite: 'lax',
          expires: null,
          order: version,
        },
      },
    ],
  };
}

describe('what a host says', () => {
  test('is in the pages of all tabs when it counts as published', async () => {
    const { open } = tabs();
    const [one, two] = [open('one'), open('two')];
    await one.publisher.publish(state(1, 'a', '1'), true);
    expect([one.read(), two.read()]).toEqual([['a=1'], ['a=1']]);
    await two.publisher.publish(state(2, 'b', '2'), true);
    expect([one.read(), two.read()]).toEqual([
      ['a=1', 'b=2'],
      ['a=1', 'b=2'],
    ]);
  });

  test('waits for pages of other tabs only a moment: one may be frozen', async () => {
    const { open, clock, living } = tabs();
    const one = open('one');
    living.add('frozen');
    const published = one.publisher.publish(state(1, 'a', '1'), true);
    await expect.poll(one.read).toEqual(['a=1']);
    let isPublished = false;
    void published.then(() => {
      isPublished = true;
    });
    // The query for living shells is answered by now; the timer runs.
    await turn();
    clock.advance(OTHERS_WITHIN_MS - 1);
    await turn();
    expect(isPublished).toBe(false);
    clock.advance(1);
    await published;
  });

  test('waits for the own page longer, but not for ever: answers of other tabs may wait for it, too', async () => {
    const { open, clock } = tabs();
    const [one, two] = [open('one'), open('two')];
    one.deaf.page = true;
    let isPublished = false;
    const published = one.publisher.publish(state(1, 'a', '1'), true);
    void published.then(() => {
      isPublished = true;
    });
    await turn();
    clock.advance(OWN_WITHIN_MS - 1);
    await turn();
    expect(isPublished).toBe(false);
    clock.advance(1);
    // The other tabs are there: nothing more is waited for.
    await published;
    expect(two.read()).toEqual(['a=1']);
  });
});

test('other tabs are not waited for where nobody has asked', async () => {
  const { open, living } = tabs();
  const one = open('one');
  living.add('frozen');
  await one.publisher.publish(state(1, 'a', '1'), false);
  expect(one.read()).toEqual(['a=1']);
});

describe('what a script writes', () => {
  test('is seen at once in its own tab, and by all others, their workers included', async () => {
    const { open } = tabs();
    const [one, two] = [open('one'), open('two')];
    const heard: number[] = [];
    two.page.subscribe(() => heard.push(two.read().length));
    expect(one.page.write('a=ü; path=/', '/shop/page')).toBe(true);
    expect(one.read()).toEqual(['a=ü']);
    expect(one.toWorker).toMatchObject([
      { kind: 'cookie-write', write: { writer: 'one', seq: 1 } },
    ]);
    await expect.poll(two.read).toEqual(['a=ü']);
    expect(two.foreign).toMatchObject([{ writer: 'one', seq: 1 }]);
    expect(one.foreign).toEqual([]);
    expect(heard).toEqual([1]);
  });

  test('is refused when it is no cookie', () => {
    const { page, toWorker } = tabs().open('one');
    expect(page.write('a=1; domain=localhost', '/')).toBe(false);
    expect(toWorker).toEqual([]);
  });

  test('and was not done when its tab ends, waits for the next page', () => {
    const { open, storage } = tabs();
    const one = open('one');
    one.page.write('a=1', '/');
    one.page.leave();
    const next = open('next');
    next.page.takeOver();
    expect(next.read()).toEqual(['a=1']);
    expect(next.toWorker).toMatchObject([
      { kind: 'cookie-write', write: { writer: 'one', seq: 1 } },
    ]);
    expect(storage).toHaveLength(0);
  });

  test('and is left to the next page ends when it would have ended', () => {
    const { open, storage, clock } = tabs();
    const one = open('one');
    one.page.write('short=1; max-age=60', '/');
    one.page.write('long=1; max-age=6000', '/');
    one.page.leave();
    clock.advance(61_000);
    const next = open('next');
    next.page.takeOver();
    expect(next.read()).toEqual(['long=1']);
    const writes = new PendingWrites();
    for (const message of next.toWorker) {
      if (message.kind === 'cookie-write') writes.add(message.write);
    }
    // The host may still hold an older cookie of that name, which the short one had replaced.
    expect(writes.first(1_000, 10, clock.now()).lines).toEqual([
      'one 1 short=1; Path=/; SameSite=lax; Max-Age=0',
      'one 2 long=1; Path=/; SameSite=lax; Max-Age=5939',
    ]);
    expect(storage).toHaveLength(0);
  });

  test('is of no use to a page that comes after the jar is gone', () => {
    const { open, storage, clock } = tabs();
    const one = open('one');
    one.page.write('a=1', '/');
    one.page.leave();
    clock.advance(LEFT_WRITES_MS + 1);
    const next = open('next');
    next.page.takeOver();
    expect(next.read()).toEqual([]);
    expect(next.toWorker).toEqual([]);
    expect(storage).toHaveLength(0);
  });

  test('is lost, with a warning and no more, when the storage is full', () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    const { open, storage } = tabs();
    const one = open('one');
    one.page.write('a=1', '/');
    const full = new Error('The quota has been exceeded.');
    storage.setItem = () => {
      throw full;
    };
    one.page.leave();
    expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('are lost'), full);
    warn.mockRestore();
  });

  test('is left to nobody when the site is being forgotten (H6)', () => {
    const { open, storage } = tabs();
    const one = open('one');
    one.page.write('a=1', '/');
    one.page.forget();
    one.page.leave();
    expect(storage).toHaveLength(0);
  });

  test.each([
    'no json',
    '{}',
    '{"at":1893456000000,"writes":[1,{"writer":"x"}]}',
    '{"at":1893456000000,"writes":[{"writer":"x","seq":1,"text":"a","cookie":null}]}',
    '{"writes":[]}',
    '[1]',
  ])('left as %j, it is passed over (hostile page)', (text) => {
    const { open, storage } = tabs();
    storage.setItem('peerserver-cookie-writes-x', text);
    const { page, toWorker } = open('one');
    page.takeOver();
    expect(toWorker).toEqual([]);
    expect(storage).toHaveLength(0);
  });
});
