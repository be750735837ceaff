import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { RequestHead } from '../../protocol/http-message.ts';
import {
  FORM_WAITS_MS,
  forgetForms,
  formTokenOf,
  MAX_FORM_BYTES,
  MAX_WAITING_FORMS,
  putFormAside,
  putFormBack,
  takeForm,
} from './top-level-form.ts';

const HEAD: RequestHead = {
  method: 'POST',
  target: '/posted',
  headers: [['content-type', 'text/plain; x="\u00fc"']],
};

/** The part of Cache that is used, kept in order of insertion as browsers do. */
class MemoryCache {
  readonly entries = new Map<string, { body: ArrayBuffer; headers: [string, string][] }>();

  async put(url: string, response: Response): Promise<void> {
    const body = await response.arrayBuffer();
    this.entries.delete(url);
    this.entries.set(url, { body, headers: [...response.headers] });
  }
  async match(request: string | { url: string }): Promise<Response | undefined> {
    const found = this.entries.get(urlOf(request));
    return found && new Response(found.body, { headers: found.headers });
  }
  async delete(request: string | { url: string }): Promise<boolean> {
    return this.entries.delete(urlOf(request));
  }
  async keys(): Promise<{ url: string }[]> {
    return [...this.entries.keys()].map((url) => ({ url }));
  }
}

function urlOf(request: string | { url: string }): string {
  return typeof request === 'string' ? request : request.url;
}

let cache: MemoryCache;
beforeEach(() => {
  cache = new MemoryCache();
  vi.stubGlobal('caches', { open: async () => cache });
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

function form(body: string): Request {
  return new Request('http://garden.localhost/posted', { method: 'POST', body });
}

test('a form comes back as it was sent, and only once', async () => {
  const token = await putFormAside(form('a=1'), HEAD);
  const taken = await takeForm(token);
  expect(taken?.head).toEqual(HEAD);
  expect(await taken?.body.text()).toBe('a=1');
  expect(await takeForm(token)).toBeUndefined();
});

test('of two who ask at once only one gets the form', async () => {
  const token = await putFormAside(form('a=1'), HEAD);
  const taken = await Promise.all([takeForm(token), takeForm(token)]);
  expect(taken.filter((one) => one !== undefined)).toHaveLength(1);
});

test('a form that is wanted once more, after a redirect of 307, can be put back', async () => {
  const token = await putFormAside(form('a=1'), HEAD);
  const taken = await takeForm(token);
  if (!taken) throw new Error('It is gone.');
  await putFormBack(token, taken);
  expect(await (await takeForm(token))?.body.text()).toBe('a=1');
});

test('a form that is in hand while the site is forgotten does not come back to the store (SPEC H6)', async () => {
  const token = await putFormAside(form('a=1'), HEAD);
  const taken = await takeForm(token);
  if (!taken) throw new Error('It is gone.');
  const body = new ReadableStream<Uint8Array>();
  const keys = vi.spyOn(cache, 'keys').mockImplementation(async () => {
    forgetForms();
    return [];
  });
  await expect(putFormAside({ body } as Request, HEAD)).rejects.toMatchObject({
    code: 'storage-failed',
  });
  await putFormBack(token, taken);
  expect(cache.entries.size).toBe(0);
  keys.mockRestore();
  // Those of the new site are put aside as ever.
  expect(await takeForm(await putFormAside(form('b=2'), HEAD))).toBeDefined();
});

test.each([
  ['no JSON', '{'],
  ['nothing', 'null'],
  ['a number', '7'],
  ['no method', '{"target":"/","headers":[]}'],
  ['a target that is no text', '{"method":"POST","target":{},"headers":[]}'],
  ['headers that are no pairs', '{"method":"POST","target":"/","headers":[["a"]]}'],
])('a form whose head a script of the site has overwritten is gone: %s', async (_, head) => {
  const token = await putFormAside(form('a=1'), HEAD);
  const [stored] = cache.entries.values();
  const field = stored?.headers.find(([, value]) => value === JSON.stringify(HEAD));
  if (!field) throw new Error('The head is not stored.');
  field[1] = head;
  expect(await takeForm(token)).toBeUndefined();
});

test('a form that has waited for too long is not sent any more, nor kept', async () => {
  const token = await putFormAside(form('a=1'), HEAD);
  vi.setSystemTime(Date.now() + FORM_WAITS_MS + 1);
  expect(await takeForm(token)).toBeUndefined();
  await putFormAside(form('b=2'), HEAD);
  vi.setSystemTime(Date.now() + FORM_WAITS_MS + 1);
  await putFormAside(form('c=3'), HEAD);
  expect(cache.entries.size).toBe(1);
});

test('another site that sends form after form cannot fill the disk: the oldest gives way', async () => {
  const tokens: string[] = [];
  for (let index = 0; index < MAX_WAITING_FORMS + 5; index += 1) {
    tokens.push(await putFormAside(form(String(index)), HEAD));
  }
  expect(cache.entries.size).toBe(MAX_WAITING_FORMS);
  expect(await takeForm(tokens[0] ?? '')).toBeUndefined();
  expect(await takeForm(tokens.at(-1) ?? '')).toBeDefined();
});

test('a form that is too large is refused as that, and no part of it kept', async () => {
  // A piece that says to be large: half a gigabyte is not worth its time.
  const piece = { length: MAX_FORM_BYTES / 2 + 1 };
  const body = new ReadableStream({
    pull: (controller) => controller.enqueue(piece),
  });
  vi.spyOn(cache, 'put').mockImplementation(async (_, { body: stored }) => {
    const reader = stored?.getReader();
    while (!(await reader?.read())?.done);
  });
  const request = { body } as Request;
  await expect(putFormAside(request, HEAD)).rejects.toMatchObject({ code: 'body-too-large' });
  expect(cache.entries.size).toBe(0);
});

test('a store that has no room says so', async () => {
  vi.spyOn(cache, 'put').mockRejectedValue(new DOMException('', 'QuotaExceededError'));
  await expect(putFormAside(form('a'), HEAD)).rejects.toMatchObject({ code: 'storage-failed' });
});

test("a token is recognised in the frame's body, and in nothing else", () => {
  const token = crypto.randomUUID();
  const tokenIn = (body: string) =>
    formTokenOf({ kind: 'whole', bytes: new TextEncoder().encode(body) });
  expect(tokenIn(`peerserver-form=${token}`)).toBe(token);
  expect(tokenIn(`peerserver-form=${token}&a=b`)).toBeUndefined();
  expect(tokenIn('peerserver-form=../../x')).toBeUndefined();
  expect(tokenIn(`other=${token}`)).toBeUndefined();
  expect(tokenIn('x'.repeat(100_000))).toBeUndefined();
  expect(formTokenOf({ kind: 'none' })).toBeUndefined();
});
