import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { ExpectedTotals } from './expected-totals.ts';
import { followBodies, type WholeBodies } from './whole-bodies.ts';

type Chunk = Uint8Array<ArrayBuffer>;

const READS = ['arrayBuffer', 'blob', 'bytes', 'json', 'text'] as const;
/** As many bytes as characters. */
const JSON_TEXT = '{"a": 1}';
const CUT = { name: 'TypeError', message: 'NetworkError when attempting to fetch resource.' };

/** Turns of patience that have passed. */
let turns = 0;
/** What the service worker says while a page waits for it, by the turn. */
let saidAtTurn: Record<number, object> = {};
let totals: ExpectedTotals;
let follow: WholeBodies;
const before = Object.getOwnPropertyDescriptors(Response.prototype);

beforeEach(() => {
  turns = 0;
  saidAtTurn = {};
  totals = new ExpectedTotals((resolve) => {
    turns += 1;
    const said = saidAtTurn[turns];
    if (said) say(said);
    queueMicrotask(resolve);
  });
  follow = followBodies(Response, totals);
});

afterEach(() => {
  Object.defineProperties(Response.prototype, before);
});

function say(said: unknown): void {
  totals.hear(said);
}

interface Given {
  readonly text?: string;
  readonly headers?: Record<string, string>;
}

function answerOf({ text = JSON_TEXT, headers = {} }: Given = {}): Response {
  const body = new ReadableStream<Chunk>({
    type: 'bytes',
    start(controller) {
      for (const byte of new TextEncoder().encode(text)) controller.enqueue(Uint8Array.of(byte));
      controller.close();
    },
  });
  return new Response(body, { headers });
}

/** The answer to a request, of which the service worker has said this by then. */
function checked(said: unknown[], given?: Given): Promise<Response> {
  return follow('1', async () => {
    for (const total of said) say(total);
    return answerOf(given);
  });
}

describe.each(READS)('%s()', (read) => {
  it('gives what the browser gives when it is whole', async () => {
    const response = await checked([{ id: '1' }, { id: '1', bytes: JSON_TEXT.length }]);
    expect(await response[read]()).toEqual(await answerOf()[read]());
    expect(response.bodyUsed).toBe(true);
    expect(turns).toBe(0);
  });

  it('fails when bytes are missing', async () => {
    const response = await checked([{ id: '1', bytes: JSON_TEXT.length + 1 }]);
    await expect(response[read]()).rejects.toMatchObject(CUT);
  });

  it('fails when the body has begun and its total does not come', async () => {
    const response = await checked([{ id: '1' }]);
    await expect(response[read]()).rejects.toMatchObject(CUT);
    expect(turns).toBeGreaterThan(1);
  });

  it('fails a second time as it does without us', async () => {
    const response = await checked([{ id: '1', bytes: JSON_TEXT.length }]);
    await response[read]();
    const plain = new Response(JSON_TEXT);
    await plain[read]();
    const words = await plain[read]().catch(({ message }: Error) => message);
    await expect(response[read]()).rejects.toThrow(String(words));
  });

  it('works on a body whose stream a page has looked at', async () => {
    const response = await checked([{ id: '1', bytes: JSON_TEXT.length }]);
    expect(response.body?.locked).toBe(false);
    expect(await response[read]()).toEqual(await answerOf()[read]());
    expect(response.bodyUsed).toBe(true);
  });

  it('works on a clone, and on what was cloned', async () => {
    const response = await checked([{ id: '1' }]);
    const copy = response.clone();
    say({ id: '1', bytes: JSON_TEXT.length });
    expect(await copy[read]()).toEqual(await answerOf()[read]());
    expect(await response[read]()).toEqual(await answerOf()[read]());
  });

  it('fails on a clone of what was cut', async () => {
    const response = await checked([{ id: '1', bytes: 9 }]);
    const copy = response.clone();
    await expect(copy[read]()).rejects.toMatchObject(CUT);
    await expect(response[read]()).rejects.toMatchObject(CUT);
  });
});

describe('body', () => {
  it('is one stream, which is the bytes', async () => {
    const response = await checked([{ id: '1', bytes: 8 }]);
    expect(response.body).toBe(response.body);
    expect(response.bodyUsed).toBe(false);
    expect(await new Response(response.body).text()).toBe(JSON_TEXT);
    expect(response.bodyUsed).toBe(true);
    await expect(response.text()).rejects.toThrow(TypeError);
  });

  it('ends with an error when bytes are missing', async () => {
    const response = await checked([{ id: '1', bytes: 9 }]);
    await expect(new Response(response.body).text()).rejects.toMatchObject(CUT);
  });

  it('takes a buffer of the page to its end', async () => {
    const response = await checked([{ id: '1', bytes: 8 }]);
    const reader = response.body?.getReader({ mode: 'byob' });
    let text = '';
    for (;;) {
      const next = await reader?.read(new Uint8Array(3));
      text += new TextDecoder().decode(next?.value);
      if (next?.done) break;
    }
    expect(text).toBe(JSON_TEXT);
  });

  it('locked by its reader is locked for all else, and free again after it', async () => {
    const response = await checked([{ id: '1', bytes: 8 }]);
    const reader = response.body?.getReader();
    await expect(response.text()).rejects.toThrow(TypeError);
    expect(() => response.clone()).toThrow(TypeError);
    reader?.releaseLock();
    expect(response.bodyUsed).toBe(false);
    expect(await response.text()).toBe(JSON_TEXT);
  });

  it('may be given up in the middle', async () => {
    const response = await checked([{ id: '1' }]);
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    expect(await reader?.read()).toEqual({ done: true, value: undefined });
    expect(turns).toBe(0);
  });

  it('is another stream after a clone, as always', async () => {
    const response = await checked([{ id: '1', bytes: 8 }]);
    const first = response.body;
    const copy = response.clone();
    expect(response.body).not.toBe(first);
    expect(first?.locked).toBe(true);
    expect(await response.text()).toBe(JSON_TEXT);
    expect(await copy.text()).toBe(JSON_TEXT);
  });
});

describe('a total', () => {
  it('that comes later than the end is waited for', async () => {
    const response = await checked([{ id: '1' }]);
    saidAtTurn = { 3: { id: '1', bytes: 8 } };
    expect(await response.text()).toBe(JSON_TEXT);
  });

  it('is kept until the body is read', async () => {
    const response = await checked([{ id: '1' }, { id: '1', bytes: 9 }]);
    for (let other = 2; other < 3_000; other += 1) totals.expect(`${other}`);
    await expect(response.text()).rejects.toMatchObject(CUT);
  });

  it('of the oldest of very many bodies under way is not waited for', async () => {
    const response = await checked([{ id: '1' }]);
    for (let other = 2; other < 3_000; other += 1) totals.expect(`${other}`);
    expect(await response.text()).toBe(JSON_TEXT);
    expect(turns).toBe(0);
  });

  it('that is nonsense is not heard', async () => {
    const nonsense = [{ id: '1', bytes: '9' }, { bytes: 9 }, 'x', null];
    const response = await checked([...nonsense, { id: '1' }, { id: '1', bytes: 8 }]);
    expect(await response.text()).toBe(JSON_TEXT);
  });
});

describe('no check is made', () => {
  it('of a body of which nothing was said: it came whole, or from elsewhere', async () => {
    const response = await checked([]);
    say({ id: '1', bytes: 9 });
    expect(await response.text()).toBe(JSON_TEXT);
    expect(turns).toBe(0);
  });

  it('of an answer that shows no bytes', async () => {
    const opaque = Response.error();
    say({ id: '1' });
    await follow('1', async () => {
      say({ id: '1' });
      return opaque;
    });
    expect(await opaque.text()).toBe('');
  });

  it('of a request that fails, which fails as it did', async () => {
    const failure = new DOMException('Given up.', 'AbortError');
    const answer = follow('1', () => Promise.reject(failure));
    await expect(answer).rejects.toBe(failure);
  });

  it('of what a page makes itself', async () => {
    expect(await new Response('own').text()).toBe('own');
  });
});

test('a body that fails by itself fails as it did', async () => {
  const failure = new Error('The connection broke.');
  const failing = () => new ReadableStream<Chunk>({ pull: () => Promise.reject(failure) });
  for (const look of [false, true]) {
    const response = await follow('1', async () => {
      say({ id: '1' });
      return new Response(failing());
    });
    if (look) expect(response.body?.locked).toBe(false);
    await expect(response.text()).rejects.toBe(failure);
  }
  expect(turns).toBe(0);
});

test('a form comes through, by the type that the answer has', async () => {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const response = await checked([{ id: '1', bytes: 7 }], { text: 'a=1&b=2', headers });
  expect([...(await response.formData())]).toEqual([
    ['a', '1'],
    ['b', '2'],
  ]);
});

test('a byte order mark is no part of a text, and counts', async () => {
  const response = await checked([{ id: '1', bytes: 5 }], { text: '\uFEFFab' });
  expect(await response.text()).toBe('ab');
});

test('the functions look as they did', () => {
  for (const name of [...READS, 'clone'] as const) {
    const after = Object.getOwnPropertyDescriptor(Response.prototype, name);
    const { value, ...others } = before[name];
    expect(after).toMatchObject(others);
    expect([after?.value.name, after?.value.length]).toEqual([value?.name, value?.length]);
    expect(after?.value).not.toBe(value);
    expect(String(after?.value)).toContain('[native code]');
  }
  expect(() => Reflect.get(Response.prototype, 'body')).toThrow(TypeError);
});
