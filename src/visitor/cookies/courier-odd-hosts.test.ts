import { describe, expect, test, vi } from 'vitest';
import { PeerServerError } from '../../protocol/errors.ts';
import type { RequestHead } from '../../protocol/http-message.ts';
import { opening, refusal, visit } from './courier.test.support.ts';

const ODD_CHANGES = JSON.stringify({
  epoch: 'e',
  version: 1,
  now: 0,
  scope: 'all',
  changes: [1, { version: 1 }, { version: 1, cookie: { name: 'a' } }, { cookie: null }],
});

/** A good one, of 600,000 characters and 1.2 million bytes. */
const LONG_STATE = JSON.stringify({
  epoch: 'e',
  version: 1,
  now: 0,
  scope: 'all',
  changes: [{ version: 1, cookie: { name: 'a', value: '1', path: '/', order: 1, expires: null } }],
  more: '\u00fc'.repeat(600_000),
});

describe('a host that is not as one expects', () => {
  test('one that keeps no cookies is not asked to: pages have what they write, for themselves', async () => {
    const { courier, write, clock, network, asked, shown } = visit();
    network.keepsCookies = false;
    await courier.connected();
    write('a=1');
    clock.advance(10_000);
    expect(asked).toHaveLength(1);
    expect(shown()).toEqual(['a=1']);
  });

  test.each([
    ['no end', ' '.repeat(2 * 1024 * 1024)],
    ['no JSON', '<p>Not found'],
    ['nothing of ours', '{"epoch":1}'],
    ['no cookies among the changes', ODD_CHANGES],
    ['more bytes than characters, and too many', LONG_STATE],
  ])('one whose state has %s changes nothing (hostile host)', async (_, body) => {
    const { courier, network, shown } = visit();
    network.body = body;
    await courier.connected();
    expect(shown()).toEqual([]);
  });

  test('one that does not answer holds up the first page for a moment only', async () => {
    const { courier, clock, network } = visit();
    network.hold = new Promise(() => {});
    const connected = courier.connected();
    clock.advance(3_000);
    await connected;
  });

  test('one that says yes and does nothing is not asked for ever (hostile host)', async () => {
    const { courier, network, write, asked } = visit();
    await courier.connected();
    network.body = JSON.stringify({ epoch: 'e', version: 1, now: 0, scope: 'changes' });
    write('a=1');
    await courier.flush();
    expect(asked).toHaveLength(2);
  });

  test('J6: one that does not take the writes ahead of a request holds it up for 10 s', async () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    const { courier, clock, network, write, ask, asked, jars } = visit();
    await courier.connected();
    network.hold = new Promise(() => {});
    for (let index = 0; index < 70; index += 1) write(`c${index}=1`);
    const answer = ask('/');
    await expect.poll(() => jars.find('anna')).toBeDefined();
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(9_999);
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked).toHaveLength(2);
    network.hold = undefined;
    clock.advance(1);
    expect((await answer).status).toBe(200);
    expect(asked).toHaveLength(3);
    expect(warn).toHaveBeenCalledOnce();
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('too-slow'));
    warn.mockRestore();
  });

  test('J3: one that does not tell the cookies of an answer has it taken for lost after 10 s', async () => {
    const { courier, clock, network, asked, ask } = visit();
    const { answer, cancel } = refusal();
    network.socket = answer;
    network.hold = new Promise(() => {});
    const head: RequestHead = { method: 'GET', target: '/', headers: [] };
    const asking = courier.openSocket(head);
    await expect.poll(() => asked.length).toBe(1);
    clock.advance(10_000);
    await expect(asking).rejects.toMatchObject({ code: 'too-slow' });
    expect(cancel).toHaveBeenCalledOnce();
    network.hold = undefined;
    expect((await ask('/')).status).toBe(200);
  });

  test('a request that is given up waits for the courier’s own exchanges no longer', async () => {
    const { courier, network, asked } = visit();
    const { answer, close } = opening();
    network.socket = answer;
    network.hold = new Promise(() => {});
    const given = new AbortController();
    const head: RequestHead = { method: 'GET', target: '/', headers: [] };
    const asking = courier.openSocket(head, { signal: given.signal });
    await expect.poll(() => asked.length).toBe(1);
    given.abort();
    await expect(asking).rejects.toMatchObject({ code: 'cancelled' });
    expect(close).toHaveBeenCalledOnce();
  });

  test('one that goes before it tells the cookies leaves no socket open, and no body unread', async () => {
    const { courier, network } = visit();
    network.fail = new PeerServerError('connection-lost', 'Gone.');
    const head: RequestHead = { method: 'GET', target: '/', headers: [] };
    const opened = opening();
    network.socket = opened.answer;
    await expect(courier.openSocket(head)).rejects.toMatchObject({ code: 'connection-lost' });
    expect(opened.close).toHaveBeenCalledOnce();
    const refused = refusal();
    network.socket = refused.answer;
    await expect(courier.openSocket(head)).rejects.toMatchObject({ code: 'connection-lost' });
    expect(refused.cancel).toHaveBeenCalledWith(network.fail);
  });

  test('one that has forgotten everything is believed', async () => {
    const { courier, ask, jars, shown } = visit();
    await ask('/?c=a%3D1');
    jars.change('anna', (jar) => jar.clear());
    await courier.connected();
    expect(shown()).toEqual([]);
  });
});
