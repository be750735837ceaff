import { describe, expect, test } from 'vitest';
import { COOKIE_FIELDS, COOKIES_TARGET, parseCookieState } from '../../protocol/cookie-sync.ts';
import { type HeaderList, headerValue } from '../../protocol/http-message.ts';
import { COOKIE_LIMITS } from './limits.ts';
import { cookiesOf, known, START, site, write } from './testing/cookie-site.ts';

describe('J3: the visitor is told what scripts may see', () => {
  test('everything at first, then what is new since, and nothing when nothing is', async () => {
    const { ask } = site();
    const first = await ask('/', { set: ['a=1', 'h=2; HttpOnly'] });
    expect(first.state).toMatchObject({ scope: 'all' });
    expect(cookiesOf(first.state)).toEqual(['a=1']);
    expect(headerValue(first.response.headers, 'set-cookie')).toBeUndefined();
    expect((await ask('/', { headers: known(first.state) })).state).toBeUndefined();
    const second = await ask('/', { headers: known(first.state), set: ['b=3', 'h=4; HttpOnly'] });
    expect(second.state).toMatchObject({ scope: 'changes', epoch: first.state?.epoch });
    expect(cookiesOf(second.state)).toEqual(['b=3']);
    // Who has missed that answer is told again.
    expect(cookiesOf((await ask('/', { headers: known(first.state) })).state)).toEqual(['b=3']);
  });

  test('a visitor without cookies is told so once', async () => {
    const { ask } = site();
    const { state } = await ask('/');
    expect(state).toMatchObject({ scope: 'all', changes: [] });
    expect((await ask('/', { headers: known(state) })).state).toBeUndefined();
  });

  test('a deletion, an expiry, and a cookie that becomes HttpOnly are gone', async () => {
    const { ask, time } = site();
    const { state } = await ask('/', { set: ['a=1', 'b=2; Max-Age=5', 'c=3', 'd=4'] });
    time.now += 5_000;
    const later = await ask('/', {
      headers: known(state),
      set: ['a=; Max-Age=0', 'c=5; HttpOnly'],
    });
    const gone = later.state?.changes.map((change) => 'gone' in change && change.gone.name).sort();
    expect(gone).toEqual(['a', 'b', 'c']);
    expect(cookiesOf((await ask('/')).state)).toEqual(['d=4']);
    expect((await ask('/')).sent).toBe('c=5; d=4');
  });

  test('what is of another life of the jar is answered with everything', async () => {
    const { ask } = site();
    const { state } = await ask('/', { set: ['a=1'] });
    const asked = await ask('/', { headers: [[COOKIE_FIELDS.state, `other ${state?.version}`]] });
    expect(asked.state).toMatchObject({ scope: 'all', epoch: state?.epoch });
    const newer = await ask('/', { headers: [[COOKIE_FIELDS.state, `${state?.epoch} 99`]] });
    expect(newer.state?.scope).toBe('all');
    const garbage = await ask('/', { headers: [[COOKIE_FIELDS.state, 'x'.repeat(9000)]] });
    expect(garbage.state?.scope).toBe('all');
  });

  test('more than a field can hold is told at the target', async () => {
    const { ask } = site();
    const set = Array.from({ length: 8 }, (_, index) => `c${index}=${'x'.repeat(3000)}`);
    const { state } = await ask('/', { set });
    expect(state).toMatchObject({ scope: 'large', changes: [] });
    const { body, response } = await ask(COOKIES_TARGET);
    expect(headerValue(response.headers, 'cache-control')).toBe('no-store');
    expect(cookiesOf(parseCookieState(body, START))).toHaveLength(8);
  });

  test('lives are told by the visitor’s clock', async () => {
    const { ask } = site();
    const { response } = await ask('/', { set: ['a=1; Max-Age=60'] });
    const field = headerValue(response.headers, COOKIE_FIELDS.state) ?? '';
    const hourLater = START + 3_600_000;
    expect(parseCookieState(field, hourLater)?.changes[0]).toMatchObject({
      cookie: { expires: hourLater + 60_000 },
    });
  });
});

describe('J4: what scripts write', () => {
  test('is done before the request that brings it, once, in its order, and acknowledged', async () => {
    const { ask } = site();
    const first = await ask('/', { headers: [write(2, 'a=2; Path=/'), write(1, 'a=1; Path=/')] });
    expect(first.sent).toBe('a=2');
    expect(first.state?.acks).toEqual({ tab: 2 });
    await ask('/', { set: ['a=3'] });
    const again = await ask('/', { headers: [write(2, 'a=2; Path=/')] });
    expect(again.sent).toBe('a=3');
    expect(again.state?.acks).toEqual({ tab: 2 });
    expect((await ask('/', { headers: [write(1, 'a=4; Path=/', 'other')] })).sent).toBe('a=4');
  });

  test('of several writers: each one’s in its order, else in that of the fields', async () => {
    const { ask } = site();
    // The tab with the larger numbers wrote first; its own two have changed places.
    const headers = [
      write(901, 'a=newer of the old tab; Path=/', 'old'),
      write(900, 'a=older; Path=/', 'old'),
      write(2, 'a=of the new tab; Path=/', 'new'),
    ];
    const { sent, state } = await ask('/', { headers });
    expect(sent).toBe('a=of the new tab');
    expect(state?.acks).toEqual({ old: 901, new: 2 });
    const later = await ask('/', {
      headers: [
        write(3, 'a=3; Path=/', 'new'),
        write(903, 'a=903; Path=/', 'old'),
        write(902, 'a=902; Path=/', 'old'),
      ],
    });
    expect(later.sent).toBe('a=903');
  });

  test('never creates, reads or overwrites what is HttpOnly', async () => {
    const { ask } = site();
    await ask('/', { set: ['id=real; HttpOnly'] });
    const { sent, state } = await ask('/', {
      headers: [
        write(1, 'id=forged; Path=/'),
        write(2, 'id=; Max-Age=0; Path=/'),
        write(3, 'own=1; HttpOnly; Path=/'),
      ],
    });
    expect(sent).toBe('id=real');
    expect(state?.acks).toEqual({ tab: 3 });
    expect(cookiesOf(state)).toEqual([]);
  });

  test('comes without another request by POST to the target', async () => {
    const { ask, seen } = site();
    const lines = [write(1, 'a=1; Path=/'), write(2, 'b=\u00c3\u00a9; Path=/')];
    const body = lines.map(([, line]) => line).join('\n');
    const { body: answer } = await ask(COOKIES_TARGET, { method: 'POST', body });
    expect(parseCookieState(answer, START)?.acks).toEqual({ tab: 2 });
    expect(seen).toEqual([]);
    expect((await ask('/')).sent).toBe('a=1; b=\u00c3\u00a9');
  });

  test('a body without an end is refused (hostile)', async () => {
    const { ask } = site();
    const body = `tab 1 a=${'x'.repeat(COOKIE_LIMITS.writeBodyBytes)}`;
    await expect(ask(COOKIES_TARGET, { method: 'POST', body })).rejects.toMatchObject({
      code: 'body-too-large',
    });
  });

  test('what is not of its form is passed over (hostile)', async () => {
    const { ask } = site();
    const headers: HeaderList = [
      '',
      'tab',
      'tab x a=1',
      'tab -1 a=1',
      `${'w'.repeat(65)} 1 a=1`,
    ].map((text) => [COOKIE_FIELDS.write, text]);
    const { sent, state } = await ask('/', { headers });
    expect(sent).toBeUndefined();
    expect(state?.acks).toEqual({});
  });
});

describe('J5: a request without credentials', () => {
  test('sends none and keeps none, but brings writes', async () => {
    const { ask } = site();
    await ask('/', { set: ['a=1'] });
    const headers = [[COOKIE_FIELDS.credentials, 'omit'], write(1, 'b=2; Path=/')] as const;
    const asked = await ask('/', { headers, set: ['c=3'] });
    expect(asked.sent).toBeUndefined();
    const forged = await ask('/', { headers: [headers[0], ['cookie', 'forged=1']] });
    expect(forged.sent).toBeUndefined();
    expect(headerValue(asked.response.headers, 'set-cookie')).toBeUndefined();
    expect((await ask('/')).sent).toBe('a=1; b=2');
  });
});
