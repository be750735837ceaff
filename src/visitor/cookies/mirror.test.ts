import { describe, expect, test } from 'vitest';
import type { CookieChange, CookieState, VisibleCookie } from '../../protocol/cookie-sync.ts';
import { parseWrittenCookie } from './cookie-string.ts';
import { CookieMirror, MAX_KNOWN } from './mirror.ts';
import { MAX_PENDING } from './pending-writes.ts';

const START = Date.UTC(2030, 0, 1);

function mirror() {
  const time = { now: START };
  const cookies = new CookieMirror(() => time.now);
  const texts = (path = '/') => cookies.visible(path).map(({ name, value }) => `${name}=${value}`);
  return { cookies, time, texts };
}

function cookie(name: string, value: string, changes: Partial<VisibleCookie> = {}): VisibleCookie {
  const basis = {
    path: '/',
    hostOnly: true,
    secure: false,
    sameSite: 'lax',
    expires: null,
  } as const;
  return { name, value, order: 1, ...basis, ...changes };
}

function state(changes: Partial<CookieState>): CookieState {
  const basis = { epoch: 'e', version: 9, now: START, acks: {}, scope: 'changes' } as const;
  return { ...basis, changes: [], ...changes };
}

function set(version: number, name: string, value: string): CookieChange {
  return { version, cookie: cookie(name, value, { order: name.charCodeAt(0) }) };
}

function gone(version: number, name: string): CookieChange {
  return { version, gone: { name, path: '/', hostOnly: true } };
}

function write(seq: number, text: string, writer = 'tab') {
  const written = parseWrittenCookie(text, { host: 'garden.localhost', path: '/', now: START });
  if (!written) throw new Error('This is no cookie.');
  return { writer, seq, text, cookie: written };
}

describe('J3: states may come in any order', () => {
  const all = state({ scope: 'all', version: 2, changes: [set(1, 'a', '1'), set(2, 'b', '1')] });
  const third = state({ version: 3, changes: [set(3, 'a', '2')] });
  const fourth = state({ version: 4, changes: [gone(4, 'b'), set(3, 'a', '2')] });
  const fifth = state({ version: 5, changes: [set(5, 'b', '3')] });

  test.each([
    [[all, third, fourth, fifth]],
    [[all, fifth, fourth, third]],
    [[all, fourth, third, fifth, all]],
    [[all, third, third, fifth, fourth]],
  ])('case %#', (states) => {
    const { cookies, texts } = mirror();
    for (const one of states) cookies.apply(one);
    expect(texts()).toEqual(['a=2', 'b=3']);
  });

  test('everything replaces what is not named, but nothing that is newer', () => {
    const { cookies, texts } = mirror();
    cookies.apply(all);
    cookies.apply(fifth);
    cookies.apply(state({ scope: 'all', version: 3, changes: [set(3, 'a', '2')] }));
    expect(texts()).toEqual(['a=2', 'b=3']);
    cookies.apply(state({ scope: 'all', version: 6, changes: [set(3, 'a', '2')] }));
    expect(texts()).toEqual(['a=2']);
  });

  test('another life of the jar begins with everything; changes of an unknown one mean nothing', () => {
    const { cookies, texts } = mirror();
    cookies.apply(all);
    cookies.apply(state({ epoch: 'other', changes: [set(1, 'x', '1')] }));
    expect(texts()).toEqual(['a=1', 'b=1']);
    cookies.apply(state({ epoch: 'other', scope: 'all', version: 1, changes: [set(1, 'x', '1')] }));
    expect(texts()).toEqual(['x=1']);
    cookies.apply(state({ epoch: 'empty', scope: 'all', version: 0 }));
    expect(texts()).toEqual([]);
  });
});

test('no more than MAX_KNOWN is remembered (hostile host)', () => {
  const { cookies, texts } = mirror();
  cookies.apply(state({ scope: 'all', version: 0 }));
  for (let version = 1; version <= MAX_KNOWN + 100; version += 1) {
    cookies.apply(state({ version, changes: [set(version, `c${version}`, '1')] }));
  }
  expect(texts()).toHaveLength(MAX_KNOWN);
  expect(texts().at(-1)).toBe(`c${MAX_KNOWN + 100}=1`);
});

describe('what scripts have written lies over it', () => {
  test('until the host has done it, whatever it says meanwhile', () => {
    const { cookies, texts } = mirror();
    cookies.apply(state({ scope: 'all', version: 1, changes: [set(1, 'a', 'host')] }));
    cookies.write(write(1, 'a=mine'));
    cookies.write(write(2, 'b=mine'));
    cookies.write(write(3, 'a=; max-age=0', 'other'));
    expect(texts()).toEqual(['b=mine']);
    cookies.apply(state({ version: 2, changes: [set(2, 'a', 'again')], acks: { other: 3 } }));
    expect(texts()).toEqual(['a=mine', 'b=mine']);
    cookies.apply(state({ version: 4, changes: [set(4, 'a', 'done')], acks: { tab: 2 } }));
    // The host has refused b.
    expect(texts()).toEqual(['a=done']);
    expect(cookies.pending).toEqual([]);
  });

  test('a write that was done does not come back with a state that was under way', () => {
    const { cookies, texts } = mirror();
    cookies.apply(state({ scope: 'all', version: 1, changes: [set(1, 'a', '1')] }));
    cookies.write(write(1, 'a=2'));
    cookies.apply(state({ version: 3, changes: [set(3, 'a', '2')], acks: { tab: 1 } }));
    cookies.apply(state({ version: 2, changes: [set(2, 'a', 'late')] }));
    expect(texts()).toEqual(['a=2']);
  });

  test('a write keeps the place of the cookie that it replaces', () => {
    const { cookies, texts } = mirror();
    const changes = [1, 2].map(
      (order): CookieChange => ({
        version: order,
        cookie: cookie(`c${order}`, 'host', { order }),
      }),
    );
    cookies.apply(state({ scope: 'all', changes }));
    cookies.write(write(1, 'new=1'));
    cookies.write(write(2, 'c1=mine'));
    expect(texts()).toEqual(['c1=mine', 'c2=host', 'new=1']);
  });

  test('only the last write to a cookie is kept, and no more than MAX_PENDING (hostile page)', () => {
    const { cookies } = mirror();
    for (let seq = 1; seq <= 10; seq += 1) cookies.write(write(seq, `a=${seq}`));
    expect(cookies.pending.map(({ seq }) => seq)).toEqual([10]);
    for (let seq = 11; seq <= 11 + MAX_PENDING; seq += 1) cookies.write(write(seq, `c${seq}=1`));
    expect(cookies.pending).toHaveLength(MAX_PENDING);
  });
});

test('lives end when a page reads, by the clock of the page', () => {
  const { cookies, time, texts } = mirror();
  const brief = cookie('a', '1', { expires: START + 1000 });
  cookies.apply(state({ scope: 'all', changes: [{ version: 1, cookie: brief }] }));
  time.now += 999;
  expect(texts()).toEqual(['a=1']);
  time.now += 1;
  expect(texts()).toEqual([]);
});

test('longer paths stand first, and only those that fit', () => {
  const { cookies, texts } = mirror();
  const changes = ['/', '/shop', '/shop/deep'].map(
    (path, index): CookieChange => ({
      version: index + 1,
      cookie: cookie(`c${index}`, '1', { path, order: index }),
    }),
  );
  cookies.apply(state({ scope: 'all', changes }));
  expect(texts('/shop/deep/page')).toEqual(['c2=1', 'c1=1', 'c0=1']);
  expect(texts('/shop')).toEqual(['c1=1', 'c0=1']);
  expect(texts('/shopping')).toEqual(['c0=1']);
});
