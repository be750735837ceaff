import { expect, it } from 'vitest';
import type { SiteName } from '../../address/site-name.ts';
import { PeerServerError } from '../../protocol/errors.ts';
import type { ServerRecord } from '../host.ts';
import { createServerList } from './server-records.ts';

const record = (name: string, lastUsed: number): ServerRecord => ({
  name: name as SiteName,
  createdAt: 0,
  lastUsed,
});

it('lists the servers, last used first', async () => {
  const list = createServerList(async () => [record('old', 1), record('new', 5)]);
  expect(list.servers.value).toBeUndefined();
  await list.refresh();
  expect(list.servers.value?.map(({ name }) => name)).toEqual(['new', 'old']);
  expect(list.has('old' as SiteName)).toBe(true);
  expect(list.has('gone' as SiteName)).toBe(false);
});

it('keeps what it has when it cannot read, and says why, until it can', async () => {
  let failing = false;
  const list = createServerList(async () => {
    if (failing) throw new PeerServerError('storage-failed', 'The disk is locked.');
    return [record('garden', 1)];
  });
  await list.refresh();
  failing = true;
  await list.refresh();
  expect(list.problem.value).toBe('The disk is locked.');
  expect(list.has('garden' as SiteName)).toBe(true);
  failing = false;
  await list.refresh();
  expect(list.problem.value).toBeUndefined();
});
