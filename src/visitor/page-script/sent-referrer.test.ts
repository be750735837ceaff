import { expect, test } from 'vitest';
import { sentReferrer } from './sent-referrer.ts';

const PAGE = 'http://me:secret@garden.localhost:8890/a?b#c';

test.each([
  ['', 'http://garden.localhost:8890/a?b'],
  ['strict-origin-when-cross-origin', 'http://garden.localhost:8890/a?b'],
  ['same-origin', 'http://garden.localhost:8890/a?b'],
  ['no-referrer', ''],
  ['origin', 'http://garden.localhost:8890/'],
  ['strict-origin', 'http://garden.localhost:8890/'],
])('under the referrer policy "%s" a page names itself as "%s"', (policy, expected) => {
  expect(sentReferrer(PAGE, policy)).toBe(expected);
});

test('a page without an address of its own, or one that wants to name none, is not named', () => {
  expect(sentReferrer('', '')).toBe('');
  expect(sentReferrer('about:srcdoc', '')).toBe('');
});
