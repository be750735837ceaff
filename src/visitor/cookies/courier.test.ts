import { describe, expect, test } from 'vitest';
import { COOKIE_FIELDS, COOKIES_TARGET } from '../../protocol/cookie-sync.ts';
import { PeerServerError } from '../../protocol/errors.ts';
import { headerValue } from '../../protocol/http-message.ts';
import { deferred, visit } from './courier.test.support.ts';

describe('J3: an answer and its cookies', () => {
  test('an answer is held back until the pages have its cookies, and has no field of them', async () => {
    const { ask, publishing, shown } = visit();
    const hold = deferred();
    publishing.hold = hold.promise;
    let isThere = false;
    const asked = ask('/?c=a%3D1').then((answer) => {
      isThere = true;
      return answer;
    });
    await expect.poll(shown).toEqual(['a=1']);
    expect(isThere).toBe(false);
    hold.resolve();
    expect((await asked).headers).toEqual([]);
  });

  test('nothing is published when nothing is new', async () => {
    const { ask, published } = visit();
    await ask('/?c=a%3D1');
    await ask('/');
    await ask('/');
    expect(published).toHaveLength(1);
  });

  test('an answer that comes late does not turn time back', async () => {
    const { ask, network, shown } = visit();
    const hold = deferred();
    network.hold = hold.promise;
    const late = ask('/?c=a%3Dold&c=b%3D1');
    network.hold = undefined;
    await ask('/?c=a%3Dnew');
    expect(shown()).toEqual(['a=new', 'b=1']);
    hold.resolve();
    await late;
    expect(shown()).toEqual(['a=new', 'b=1']);
  });

  test('an answer that was lost takes nothing with it', async () => {
    const { ask, network, shown, courier } = visit();
    await ask('/');
    const hold = deferred();
    network.hold = hold.promise;
    const lost = courier.request({ method: 'GET', target: '/?c=a%3D1', headers: [] }, null);
    hold.resolve();
    network.hold = undefined;
    // Nobody looks at it: as if the page had given it up.
    await lost;
    await ask('/');
    expect(shown()).toEqual(['a=1']);
  });

  test('J6: more than a field holds is asked for, before the answer is handed on', async () => {
    const { ask, shown, asked } = visit();
    const set = Array.from({ length: 6 }, (_, index) => `c=c${index}%3D${'x'.repeat(3000)}`);
    await ask(`/?${set.join('&')}`);
    expect(shown()).toHaveLength(6);
    expect(asked.map(({ target }) => target).at(-1)).toBe(COOKIES_TARGET);
  });

  test('J1: fields of ours that a page has set go no further, but for its credentials', async () => {
    const { courier, asked } = visit();
    const headers = [
      ['peerserver-cookie-write', 'tab 9 a=1'],
      [COOKIE_FIELDS.credentials, 'omit'],
      ['accept', '*/*'],
    ] as const;
    await courier.request({ method: 'GET', target: '/', headers }, null);
    expect(asked[0]?.headers).toEqual([
      [COOKIE_FIELDS.credentials, 'omit'],
      ['accept', '*/*'],
      [COOKIE_FIELDS.state, 'none'],
    ]);
  });
});

describe('J4: what scripts write', () => {
  test('goes with the next request, and with each until it is acknowledged', async () => {
    const { ask, write, asked, network, pending } = visit();
    await ask('/');
    write('a=1');
    network.fail = new PeerServerError('connection-lost', 'Gone.');
    await expect(ask('/')).rejects.toMatchObject({ code: 'connection-lost' });
    network.fail = undefined;
    expect((await ask('/')).text).toBe('a=1');
    expect(pending()).toBe(0);
    await ask('/');
    const fields = asked.map(({ headers }) => headerValue(headers, COOKIE_FIELDS.write));
    expect(fields).toEqual([undefined, 'tab 1 a=1', 'tab 1 a=1', undefined]);
  });

  test('goes by itself when no request follows', async () => {
    const { courier, write, clock, asked, pending } = visit();
    await courier.connected();
    write('a=1');
    clock.advance(100);
    await expect.poll(pending).toBe(0);
    expect(asked.at(-1)).toMatchObject({ method: 'POST', target: COOKIES_TARGET });
  });

  test('goes by itself although the script does not stop writing', async () => {
    const { courier, write, clock, asked } = visit();
    await courier.connected();
    for (let round = 0; round < 20; round += 1) {
      write(`a=${round}`);
      write(`b=${round}`, 'other');
      clock.advance(10);
    }
    await expect.poll(() => asked.some(({ method }) => method === 'POST')).toBe(true);
  });

  test('waits for a lost connection, and goes first after the next', async () => {
    const { courier, write, clock, network, pending, ask } = visit();
    await courier.connected();
    network.fail = new PeerServerError('connection-lost', 'Gone.');
    write('a=1');
    clock.advance(100);
    await expect(courier.flush()).rejects.toMatchObject({ code: 'connection-lost' });
    expect(pending()).toBe(1);
    network.fail = undefined;
    await courier.connected();
    expect(pending()).toBe(0);
    expect((await ask('/')).text).toBe('a=1');
  });

  test('goes ahead of a request when it is too much for its head', async () => {
    const { courier, write, ask, asked } = visit();
    await courier.connected();
    const values = Array.from({ length: 12 }, (_, index) => `c${index}=${'x'.repeat(4000)}`);
    for (const value of values) write(value);
    expect((await ask('/')).text.split('; ')).toEqual(values);
    const head = asked.at(-1)?.headers ?? [];
    expect(head.filter(([name]) => name === COOKIE_FIELDS.write)).toEqual([]);
  });

  test('of several tabs goes in the order of time', async () => {
    const { write, ask, asked } = visit();
    await ask('/');
    write('a=1', 'other');
    write('b=1');
    write('b=2', 'other');
    write('a=2');
    expect((await ask('/')).text).toBe('a=2; b=2');
    const fields = asked.at(-1)?.headers.filter(([name]) => name === COOKIE_FIELDS.write);
    expect(fields?.map(([, value]) => value)).toEqual([
      'other 1 a=1',
      'tab 2 b=1',
      'other 3 b=2',
      'tab 4 a=2',
    ]);
  });

  test('R1: goes ahead of a request, too, when there are too many for the fields of a head', async () => {
    const { courier, write, ask, asked, pending } = visit();
    await courier.connected();
    for (let index = 0; index < 170; index += 1) write(`c${index}=1`);
    await ask('/');
    expect(asked.map(({ method }) => method)).toEqual(['GET', 'POST', 'GET']);
    expect(asked.at(-1)?.headers).toHaveLength(1);
    expect(pending()).toBe(0);
  });

  test('of another tab goes along, and by itself only much later', async () => {
    const { courier, write, clock, ask, asked } = visit();
    await courier.connected();
    const before = asked.length;
    write('a=1', 'other');
    clock.advance(1_000);
    expect(asked).toHaveLength(before);
    expect((await ask('/')).text).toBe('a=1');
    courier.acknowledge({ other: 1 });
    clock.advance(10_000);
    expect(asked).toHaveLength(before + 1);
  });

  test('what the host refuses is not seen any more, once it has said so', async () => {
    const { ask, write, shown } = visit();
    await ask('/?c=id%3Dreal; HttpOnly');
    write('id=forged');
    expect(shown()).toEqual(['id=forged']);
    expect((await ask('/')).text).toBe('id=real');
    expect(shown()).toEqual([]);
  });
});
