import { expect, test } from 'vitest';
import { readEntryState } from './entry-state.ts';

test('what the shell has written into an entry comes back', () => {
  const written = {
    peerserver: true,
    state: { step: 2 },
    scroll: [3, 40.5],
    referrer: 'http://a/',
  };
  expect(readEntryState(written)).toEqual(written);
  expect(readEntryState({ peerserver: true })).toEqual({ peerserver: true });
});

test("an entry with a state of the site's own is none of the shell's", () => {
  for (const state of [null, undefined, 7, 'peerserver', {}, { peerserver: 'true' }, [true]]) {
    expect(readEntryState(state)).toBeUndefined();
  }
});

test.each([
  [{ scroll: [{ left: 1 }] }],
  [{ scroll: ['1', '2'] }],
  [{ scroll: [1, 2, 3] }],
  [{ scroll: [Number.NaN, 1] }],
  [{ scroll: 'up' }],
  [{ referrer: { href: 'http://a/' } }],
])("what the site's scripts have put into an entry of the shell's is left out: %j", (wrong) => {
  expect(readEntryState({ peerserver: true, ...wrong })).toEqual({ peerserver: true });
});
