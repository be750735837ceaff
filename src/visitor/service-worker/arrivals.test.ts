import { expect, test } from 'vitest';
import { Arrivals } from './arrivals.ts';

const url = 'http://garden.localhost/a';
const from = 'http://elsewhere.localhost/';
const navigation = { mode: 'navigate' as const, url, referrer: '' };

test('the first navigation of a tab names the page that led to the tab, later ones do not', () => {
  const arrivals = new Arrivals();
  arrivals.expect(url, from);
  expect(arrivals.referrerOf({ ...navigation, mode: 'cors' })).toBe('');
  expect(arrivals.referrerOf({ ...navigation, url: `${url}/b` })).toBe('');
  expect(arrivals.referrerOf(navigation)).toBe(from);
  expect(arrivals.referrerOf(navigation)).toBe('');
});

test('a tab that nothing has led to is not taken for an earlier one of the same address', () => {
  const arrivals = new Arrivals();
  arrivals.expect(url, from);
  arrivals.expect(url, '');
  expect(arrivals.referrerOf(navigation)).toBe('');
});

test('a navigation that names its own page keeps it', () => {
  const arrivals = new Arrivals();
  arrivals.expect(url, from);
  expect(arrivals.referrerOf({ ...navigation, referrer: url })).toBe(url);
});

test('navigations that never begin are not remembered without limit', () => {
  const arrivals = new Arrivals();
  for (let index = 0; index < 20; index += 1) arrivals.expect(`${url}/${index}`, from);
  expect(arrivals.referrerOf({ ...navigation, url: `${url}/0` })).toBe('');
  expect(arrivals.referrerOf({ ...navigation, url: `${url}/19` })).toBe(from);
});
