import { describe, expect, test } from 'vitest';
import { COOKIE_LIMITS } from './limits.ts';
import { cookiesOf, known, site, write } from './testing/cookie-site.ts';

describe('J7: what a visitor can make a host keep', () => {
  const small = { ...COOKIE_LIMITS, cookiesPerJar: 3, jarBytes: 200, jars: 2, totalBytes: 300 };

  test('cookies of a jar: the least recently used go', async () => {
    const { ask, time } = site({ limits: small });
    await ask('/', { set: ['a=1; Path=/x', 'b=2', 'c=3'] });
    time.now += 1;
    await ask('/x');
    time.now += 1;
    await ask('/x', { set: ['d=4; Path=/'] });
    const left = (await ask('/x')).sent;
    expect(left?.split('; ')).toHaveLength(3);
    expect(left).toContain('d=4');
  });

  test('bytes of a jar', async () => {
    const { ask } = site({ limits: small });
    await ask('/', { set: [`a=${'x'.repeat(150)}`] });
    await ask('/', { set: [`b=${'y'.repeat(150)}`] });
    expect((await ask('/')).sent).toBe(`b=${'y'.repeat(150)}`);
  });

  test('jars, by any number of keys: the longest unused go, and their visitors are told', async () => {
    const { ask } = site({ limits: small });
    const { state } = await ask('/', { visitor: 'anna', set: ['a=1'] });
    await ask('/', { visitor: 'ben', set: ['b=1'] });
    await ask('/', { visitor: 'anna' });
    for (let one = 0; one < 50; one += 1) {
      await ask('/', { visitor: `hostile-${one}`, headers: [write(1, 'x=1; Path=/')] });
    }
    const { sent, state: now } = await ask('/', { visitor: 'anna', headers: known(state) });
    expect(sent).toBeUndefined();
    expect(now).toMatchObject({ scope: 'all', changes: [] });
  });

  test('visitors whose writes are refused leave nothing behind', async () => {
    const { ask, jars } = site({ limits: small });
    await ask('/', { visitor: 'anna', set: ['a=1'] });
    for (let one = 0; one < 50; one += 1) {
      const headers = [write(1, 'x=1; Domain=elsewhere.example')];
      await ask('/', { visitor: `hostile-${one}`, headers });
    }
    expect(jars.find('hostile-49')).toBeUndefined();
    expect((await ask('/', { visitor: 'anna' })).sent).toBe('a=1');
  });

  test('bytes of all jars', async () => {
    const { ask, jars } = site({ limits: { ...small, jars: 100 } });
    for (let one = 0; one < 10; one += 1) {
      await ask('/', { visitor: `v${one}`, set: [`a=${'x'.repeat(100)}`] });
    }
    const kept = Array.from({ length: 10 }, (_, one) => jars.find(`v${one}`)).filter(Boolean);
    expect(kept).toHaveLength(2);
  });

  test('deletions that are remembered: who has missed more is told everything', async () => {
    const { ask } = site({ limits: { ...COOKIE_LIMITS, goneCookies: 2 } });
    const { state } = await ask('/', { set: ['a=1', 'b=1', 'c=1', 'd=1'] });
    await ask('/', { set: ['a=; Max-Age=0', 'b=; Max-Age=0', 'c=; Max-Age=0'] });
    const { state: now } = await ask('/', { headers: known(state) });
    expect(now?.scope).toBe('all');
    expect(cookiesOf(now)).toEqual(['d=1']);
  });

  test('writers that are remembered', async () => {
    const { ask } = site();
    for (let one = 0; one < 100; one += 1) {
      await ask('/', { headers: [write(1, `a=${one}; Path=/`, `writer-${one}`)] });
    }
    expect((await ask('/')).sent).toBe('a=99');
  });

  test('visitors away for 30 days have no session any more', async () => {
    const { ask, time } = site();
    await ask('/', { visitor: 'anna', set: ['a=1'] });
    time.now += 31 * 24 * 60 * 60 * 1000;
    await ask('/', { visitor: 'ben', set: ['b=1'] });
    expect((await ask('/', { visitor: 'anna' })).sent).toBeUndefined();
  });
});
