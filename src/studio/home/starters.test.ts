import { afterEach, describe, expect, it, vi } from 'vitest';
import { PeerServerError } from '../../protocol/errors.ts';
import { fetchStarter, type Starter } from './starters.ts';

vi.mock('virtual:starters', () => ({ starters: [] }));

const CHAT: Starter = {
  id: 'chat',
  title: 'Chat',
  description: '',
  features: [],
  start: 'index.html',
  zip: '/chat.zip',
};

const { signal } = new AbortController();

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("a starter's zip", () => {
  it('is fetched', async () => {
    vi.stubGlobal('fetch', async () => new Response('zip'));
    expect(await (await fetchStarter(CHAT, signal)).text()).toBe('zip');
  });

  it('that does not come says what to do, whether the server refuses it or is not reached', async () => {
    vi.stubGlobal('fetch', async () => new Response('', { status: 503 }));
    await expect(fetchStarter(CHAT, signal)).rejects.toThrow(
      '“Chat” could not be loaded (status 503). Reload this page and try again.',
    );
    vi.stubGlobal('fetch', async () => Promise.reject(new TypeError('Failed to fetch')));
    const unreached = fetchStarter(CHAT, signal);
    await expect(unreached).rejects.toThrow(
      '“Chat” could not be loaded (the signaling server does not answer). Reload this page and try again.',
    );
    await expect(unreached).rejects.toBeInstanceOf(PeerServerError);
  });

  it('leaves the reason of an abort as it is', async () => {
    const reason = new DOMException('given up', 'AbortError');
    vi.stubGlobal('fetch', async () => Promise.reject(reason));
    await expect(fetchStarter(CHAT, AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});
