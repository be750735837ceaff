import { expect, test } from 'vitest';
import { tagUrl } from '../bridge/request-tag.ts';
import { OpenRequests, type RequestFacts } from './open-requests.ts';

const PAGE = new URL('http://garden.localhost/a');

/** Begins a request and gives its signal. */
function begin(requests: OpenRequests, facts: Partial<RequestFacts>): AbortSignal {
  let given: AbortSignal | undefined;
  void requests.during(
    { url: PAGE.href, keep: false, isNavigation: false, clientId: 'page', ...facts },
    (signal) => {
      given = signal;
      return new Promise(() => {});
    },
  );
  if (!given) throw new Error('It did not begin.');
  return given;
}

test('the request that a page gives up is ended, and no other of the same address', () => {
  const requests = new OpenRequests();
  const one = begin(requests, { url: tagUrl(PAGE, { id: '1' }) });
  const two = begin(requests, { url: tagUrl(PAGE, { id: '2' }) });
  requests.abort('1');
  expect([one.aborted, two.aborted]).toEqual([true, false]);
});

test('a request that was given up before it came is ended at once, and only that one', () => {
  const requests = new OpenRequests();
  requests.abort('1');
  expect(begin(requests, { url: tagUrl(PAGE, { id: '1' }) }).aborted).toBe(true);
  expect(begin(requests, { url: tagUrl(PAGE, { id: '1' }) }).aborted).toBe(false);
});

test('a page that gives up what never comes is not remembered without limit', () => {
  const requests = new OpenRequests();
  for (let id = 0; id < 300; id += 1) requests.abort(String(id));
  expect(begin(requests, { url: tagUrl(PAGE, { id: '0' }) }).aborted).toBe(false);
  expect(begin(requests, { url: tagUrl(PAGE, { id: '299' }) }).aborted).toBe(true);
});

test('what a page waits for ends with the page, but not what shall outlive it, nor a navigation', () => {
  const requests = new OpenRequests();
  const own = begin(requests, {});
  const kept = begin(requests, { keep: true });
  const leaving = begin(requests, { isNavigation: true });
  const other = begin(requests, { clientId: 'other' });
  requests.pageGone('page');
  expect([own, kept, leaving, other].map(({ aborted }) => aborted)).toEqual([
    true,
    false,
    false,
    false,
  ]);
});

test('a navigation ends the one before it in the same frame', () => {
  const requests = new OpenRequests();
  const first = begin(requests, { isNavigation: true });
  const elsewhere = begin(requests, { isNavigation: true, clientId: 'other' });
  const unknown = begin(requests, { isNavigation: true, clientId: '' });
  begin(requests, { isNavigation: true });
  expect([first.aborted, elsewhere.aborted, unknown.aborted]).toEqual([true, false, false]);
});

test('a stopped navigation is ended if it is clear which is meant', () => {
  const requests = new OpenRequests(() => 1000);
  const only = begin(requests, { isNavigation: true, clientId: '' });
  requests.navigationStopped('page', PAGE.href, 1001);
  expect(only.aborted).toBe(true);

  const twice = new OpenRequests(() => 1000);
  const both = [1, 2].map(() => begin(twice, { isNavigation: true, clientId: '' }));
  twice.navigationStopped('page', PAGE.href, 1001);
  expect(both.some(({ aborted }) => aborted)).toBe(false);
});

test('a navigation goes on although the end of the one before it, to the same address, is told later', () => {
  let now = 1000;
  const requests = new OpenRequests(() => now);
  const first = begin(requests, { isNavigation: true, clientId: '' });
  now = 2000;
  const again = begin(requests, { isNavigation: true, clientId: '' });
  requests.navigationStopped('page', PAGE.href, 1999);
  expect([first.aborted, again.aborted]).toEqual([true, false]);

  const next = new OpenRequests(() => now);
  const only = begin(next, { isNavigation: true });
  next.navigationStopped('page', PAGE.href, 2000);
  expect(only.aborted).toBe(false);
});
