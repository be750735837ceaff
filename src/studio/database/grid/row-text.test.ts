import { expect, it } from 'vitest';
import { readJsonSource } from '../transfer/import-source.ts';
import { blobOf, rowsText, uniqueNames } from './row-text.ts';

const ROW = [null, '', 'say "hi",\n', 1.5, 2n ** 62n, new Uint8Array([0, 255])];
const COLUMNS = ['a', 'b', 'c', 'd', 'e', 'f'];

it('writes rows as CSV', () => {
  expect(rowsText('csv', COLUMNS, [ROW])).toBe(
    'a,b,c,d,e,f\r\n,"","say ""hi"",\n",1.5,4611686018427387904,AP8=\r\n',
  );
});

it('writes rows as JSON that is read back as it was', () => {
  const text = rowsText('json', COLUMNS, [ROW, COLUMNS.map(() => null)]);
  const { columns, rows } = readJsonSource(text);
  expect(columns).toEqual(COLUMNS);
  expect(rows).toHaveLength(2);
  expect(rows[0]?.slice(0, 4)).toEqual(ROW.slice(0, 4));
  // Exact where the engine gives a number's own text.
  expect(Number(rows[0]?.[4])).toBe(2 ** 62);
  expect(rows[0]?.[5]).toEqual(ROW[5]);
});

it('writes no rows as an empty list, and a number beyond all others as one', () => {
  expect(JSON.parse(rowsText('json', ['a'], []))).toEqual([]);
  expect(JSON.parse(rowsText('json', ['a'], [[Number.POSITIVE_INFINITY]]))).toEqual([
    { a: Number.POSITIVE_INFINITY },
  ]);
});

it('numbers columns of the same name', () => {
  expect(uniqueNames(['a', 'A', 'b', 'a', 'a_2'])).toEqual(['a', 'A_2', 'b', 'a_3', 'a_2_2']);
});

it('takes no other object for a blob', () => {
  expect(blobOf({ base64: 'AP8=' })).toEqual(new Uint8Array([0, 255]));
  expect(blobOf({ base64: '%' })).toBeUndefined();
  expect(blobOf({ base64: 'AP8=', more: 1 })).toBeUndefined();
  expect(blobOf('AP8=')).toBeUndefined();
});
