import { afterEach, describe, expect, it, vi } from 'vitest';
import { readTag, withoutTag } from '../bridge/request-tag.ts';
import { keepInPlace } from './replace-mode.ts';

const origin = 'http://garden.localhost:8890';
const TOKEN = '01234567-89ab-cdef-0123-456789abcdef';

afterEach(() => vi.unstubAllGlobals());

/** A page at `/form?a=1` with a `<base>` that leads elsewhere, and what becomes of its forms. */
function setUp(answer: () => Promise<Response> = async () => new Response(TOKEN)) {
  const sent: string[] = [];
  const shown: string[] = [];
  const failed: string[] = [];
  vi.stubGlobal('fetch', async (url: string) => {
    sent.push(url);
    return answer();
  });
  let address = '';
  const page = Object.assign(new EventTarget(), {
    location: {
      origin,
      href: `${origin}/form?a=1#part`,
      pathname: '/form',
      search: '?a=1',
      reload: () => shown.push(address),
    },
    history: {
      state: null,
      replaceState(_state: unknown, _title: string, url: string) {
        address = url;
      },
    },
    document: { baseURI: `${origin}/base/` },
    FormData: function PageFormData() {
      return new FormData();
    },
  });
  keepInPlace(
    page as unknown as Window,
    {
      replace: (url) => shown.push(url),
      listen: (target, type, listener, signal) =>
        target.addEventListener(type, listener, { signal }),
      observer: () => {
        throw new Error('Nothing is to be observed.');
      },
    },
    new AbortController().signal,
    (message) => failed.push(message),
  );
  /** Sends a form with these attributes, by a button with those. */
  const submit = (form: Record<string, string>, button?: Record<string, string>) => {
    const withAttributes = (all: Record<string, string>) => ({
      getAttribute: (name: string) => all[name] ?? null,
    });
    const event = new Event('submit', { cancelable: true });
    const target = { ...withAttributes({ method: 'post', ...form }), target: '' };
    Object.defineProperty(event, 'target', { value: target });
    Object.assign(event, { submitter: button ? withAttributes(button) : null });
    page.dispatchEvent(event);
    return event;
  };
  return { submit, sent, shown, failed };
}

describe('a form in the preview', () => {
  it.each([
    ['no action', {}, undefined, '/form?a=1'],
    ['an empty one', { action: '' }, undefined, '/form?a=1'],
    ['an empty one of its button', { action: 'other' }, { formaction: '' }, '/form?a=1'],
    ['an action', { action: 'other' }, undefined, '/base/other'],
    ['an action of its button', { action: 'other' }, { formaction: '/third' }, '/third'],
  ])('with %s goes where it does elsewhere', async (_, form, button, path) => {
    const { submit, sent, shown, failed } = setUp();
    expect(submit(form, button).defaultPrevented).toBe(true);
    await vi.waitFor(() => expect(shown).toHaveLength(1));
    expect(sent.map(withoutTag)).toEqual([origin + path]);
    expect(sent.map(readTag)).toEqual([{ aside: true }]);
    expect(shown.map(withoutTag)).toEqual([origin + path]);
    expect(shown.map(readTag)).toEqual([{ form: TOKEN }]);
    expect(failed).toEqual([]);
  });

  it.each([
    [
      'is too large',
      async () => new Response('The form sends too much.\n', { status: 413 }),
      'The form was not sent: The form sends too much.',
    ],
    [
      'cannot be put aside at all',
      () => Promise.reject(new TypeError('Failed to fetch')),
      'The form was not sent: Failed to fetch',
    ],
  ])('that %s is told of, and leads nowhere', async (_, answer, message) => {
    const { submit, shown, failed } = setUp(answer);
    submit({});
    await vi.waitFor(() => expect(failed).toEqual([message]));
    expect(shown).toEqual([]);
  });

  it.each([
    [{ method: 'get' }],
    [{ enctype: 'text/plain' }],
    [{ target: 'elsewhere' }],
    [{ action: 'http://elsewhere.test/' }],
    [{ action: '/.peerserver/preview' }],
  ])('of %j is the browser’s to send', (form) => {
    const { submit, sent } = setUp();
    expect(submit(form).defaultPrevented).toBe(false);
    expect(sent).toEqual([]);
  });
});
