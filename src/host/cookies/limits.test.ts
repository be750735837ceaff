import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test, vi } from 'vitest';
import { COOKIES_TARGET, parseCookieState, parseWrite } from '../../protocol/cookie-sync.ts';
import { COOKIE_LIMITS } from './limits.ts';
import { cookiesOf, known, START, site, write } from './testing/cookie-site.ts';
import { VisitorJar } from './visitor-jar.ts';

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

  test('deletions that are remembered: their bytes are part of the jar’s, and go before cookies (hostile)', () => {
    const jar = new VisitorJar(() => START);
    const page = { host: 'garden.localhost' };
    jar.write({ writer: 'tab', seq: 1, text: 'kept=1; Path=/' }, page);
    const { epoch, version } = jar;
    for (let one = 1; one <= 256; one += 1) {
      const cookie = `${String(one).padEnd(4000, 'x')}=1; Path=/${'p'.repeat(1000)}`;
      jar.write({ writer: 'tab', seq: 2 * one, text: cookie }, page);
      jar.write({ writer: 'tab', seq: 2 * one + 1, text: `${cookie}; Max-Age=0` }, page);
    }
    const last = jar.stateSince({ epoch, version: jar.version - 1 });
    expect(last).toMatchObject({ scope: 'changes', changes: [{ gone: { hostOnly: true } }] });
    expect(jar.bytes).toBeGreaterThan(5000);
    expect(jar.bytes).toBeLessThanOrEqual(COOKIE_LIMITS.jarBytes);
    expect(jar.stateSince({ epoch, version })).toMatchObject({ scope: 'all' });
    expect(jar.stored().map(({ name }) => name)).toEqual(['kept']);
  });

  test('a cookie that is there again takes no bytes for having been gone', () => {
    const jar = new VisitorJar(() => START);
    const page = { host: 'garden.localhost' };
    const bytes: number[] = [];
    for (let seq = 1; seq <= 40; seq += 2) {
      jar.write({ writer: 'tab', seq, text: 'name=value; Path=/' }, page);
      bytes.push(jar.bytes);
      jar.write({ writer: 'tab', seq: seq + 1, text: 'name=; Path=/; Max-Age=0' }, page);
      bytes.push(jar.bytes);
    }
    expect(new Set(bytes)).toEqual(
      new Set(['name'.length + 'value'.length + 1, 'name'.length + 1]),
    );
  });

  test('bytes of all jars: those that hold only deletions go before any with cookies (hostile)', async () => {
    const { ask, jars } = site({ limits: { ...small, jars: 100 } });
    await ask('/', { visitor: 'anna', set: [`a=${'x'.repeat(100)}`] });
    for (let one = 0; one < 50; one += 1) {
      const name = 'n'.repeat(100);
      const headers = [write(1, `${name}=1; Path=/`), write(2, `${name}=; Path=/; Max-Age=0`)];
      await ask('/', { visitor: `hostile-${one}`, headers });
    }
    expect((await ask('/', { visitor: 'anna' })).sent).toBe(`a=${'x'.repeat(100)}`);
    expect(jars.find('hostile-0')).toBeUndefined();
  });

  test('writes of one request: those beyond are neither done nor acknowledged, and can be repeated (hostile)', async () => {
    const { ask, jars } = site();
    const change = vi.spyOn(jars, 'change');
    const done = vi.spyOn(VisitorJar.prototype, 'write');
    const lines = Array.from({ length: 10_000 }, (_, index) => write(index + 1, 'a=1')[1]);
    const body = lines.join('\n');
    const asked = await ask(COOKIES_TARGET, { method: 'POST', body });
    expect(change).toHaveBeenCalledTimes(1);
    expect(done).toHaveBeenCalledTimes(COOKIE_LIMITS.writesPerRequest);
    const { writesPerRequest } = COOKIE_LIMITS;
    expect(parseCookieState(asked.body, START)?.acks).toEqual({ tab: writesPerRequest });
    const next = await ask('/', { headers: [write(writesPerRequest + 1, 'a=next; Path=/')] });
    expect(next.sent).toBe('a=next');
    done.mockRestore();
  });

  test('cookies that one answer sets are one change of the jars', async () => {
    const { ask, jars } = site();
    const change = vi.spyOn(jars, 'change');
    await ask('/', { set: Array.from({ length: 50 }, (_, index) => `c${index}=1`) });
    expect(change).toHaveBeenCalledTimes(1);
    expect((await ask('/')).sent?.split('; ')).toHaveLength(50);
  });

  test('the sum of all bytes is kept, not counted: a change looks at no other jar', async () => {
    const { ask } = site();
    for (let one = 0; one < 20; one += 1) await ask('/', { visitor: `v${one}`, set: ['a=1'] });
    const bytes = vi.spyOn(VisitorJar.prototype, 'bytes', 'get');
    await ask('/', { visitor: 'v0', set: ['a=2'] });
    // Twice each time that the one jar is found or kept.
    expect(bytes.mock.calls.length).toBeLessThan(20);
    bytes.mockRestore();
  });

  test('memory: what is kept of a large request does not keep the request (hostile)', () => {
    setFlagsFromString('--expose-gc');
    const collect: () => void = runInNewContext('gc');
    const jar = new VisitorJar(() => START);
    collect();
    const before = process.memoryUsage().heapUsed;
    for (let seq = 1; seq <= 100; seq += 1) {
      const line = `a-writer-with-a-name ${seq} a-cookie-with-a-name-${seq}=and-a-value-of-${seq}; Path=/a-path`;
      const [first = ''] = `${line}\n${'x'.repeat(120 * 1024)}`.split('\n');
      const parsed = parseWrite(first);
      if (parsed) jar.write(parsed, { host: 'garden.localhost' });
    }
    collect();
    expect(jar.stored()).toHaveLength(100);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(2 * 1024 * 1024);
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
