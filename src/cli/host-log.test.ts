import { expect, it } from 'vitest';
import { HostLog } from './host-log.ts';
import { testTerminal } from './testing/test-terminal.ts';

it('confirms a save with its files, of many with some of them, and with --quiet not at all', () => {
  const terminal = testTerminal();
  const log = new HostLog(terminal, false, () => new Date(2030, 0, 1, 12, 30, 1));
  log.saved({ paths: ['routes/index.ts'], ms: 159.6 });
  log.saved({ paths: ['a.ts', 'b.ts', 'c.ts', 'd.ts', 'e.ts'], ms: 20 });
  new HostLog(terminal, true).saved({ paths: ['a.ts'], ms: 1 });
  expect(terminal.errors()).toBe(
    '12:30:01  saved  routes/index.ts  (live in 160 ms)\n' +
      '12:30:01  saved  a.ts, b.ts, c.ts and 2 more  (live in 20 ms)\n',
  );
});
