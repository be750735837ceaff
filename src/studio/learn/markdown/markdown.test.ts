import { expect, it } from 'vitest';
import { headingIds } from './heading-ids.ts';
import { learnHref } from './learn-href.ts';

it('gives headings ids that tell them apart', () => {
  const ids = headingIds();
  expect(['1. A route answers', 'Limits', 'A missing `return`', 'Limits'].map(ids)).toEqual([
    '1-a-route-answers',
    'limits',
    'a-missing-return',
    'limits-1',
  ]);
});

it.each([
  ['https://handlebarsjs.com/guide/', 'https://handlebarsjs.com/guide/'],
  ['/learn/errors', '/learn/errors'],
  ['#settings', '#settings'],
  ['errors.md', '/learn/errors'],
  ['dynamic-sites.md#routes', '/learn/dynamic-sites#routes'],
  ['../examples/', undefined],
  ['javascript:alert(1)', undefined],
])('leads a link to %s to %s', (href, target) => {
  expect(learnHref(href)).toBe(target);
});
