import { expect, it } from 'vitest';
import { undefinedNameHint } from './undefined-name.ts';

const SOURCE = 'const items = []; export function GET({ db }) { return itmes; }';

it.each([
  ['itmes is not defined', SOURCE, 'There is no "itmes" here. Did you mean "items"?'],
  [
    'zebra is not defined',
    SOURCE,
    'There is no "zebra" here. Is it misspelled, or is an import missing?',
  ],
  [
    'itmes is not defined',
    undefined,
    'There is no "itmes" here. Is it misspelled, or is an import missing?',
  ],
  ['x.y is not a function', SOURCE, undefined],
])('says of %j what may be wrong', (message, source, hint) => {
  expect(undefinedNameHint(message, source)).toBe(hint);
});
