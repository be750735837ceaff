import { expect, it } from 'vitest';
import { withHint } from './sql-hints.ts';

it.each([
  'SQLITE_FULL',
  'SQLITE_IOERR',
  'SQLITE_IOERR_WRITE',
])('%s: there may be no room', (code) => {
  const failure = { message: 'disk I/O error', code, outcome: 'unknown' } as const;
  const { hint } = withHint(failure, 'INSERT INTO t VALUES (1)', { own: () => [] }).failure;
  expect(hint).toMatch(/room left|disk is full/);
  expect(hint).toContain('no longer needed');
});
