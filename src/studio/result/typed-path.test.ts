import { expect, it } from 'vitest';
import { pathOfTyped } from './typed-path.ts';

const origin = 'http://garden.localhost:8890';
const pointer = 'http://localhost:8890/connect/garden/';

it.each([
  ['about.html', '/about.html'],
  [' /a?b=1#c ', '/a?b=1#c'],
  ['', '/'],
  ['//elsewhere.test/x', '/elsewhere.test/x'],
  [`${origin}/a?b#c`, '/a?b#c'],
  [`${pointer}a?b#c`, '/a?b#c'],
  ['https://elsewhere.test/', undefined],
  ['http://', undefined],
])('%j typed into the address field means %j', (text, path) => {
  expect(pathOfTyped(text, origin, pointer)).toBe(path);
});
