import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseSiteName } from '../address/site-name.ts';
import { ManualClock } from '../protocol/testing/manual-clock.ts';
import { LeaseFile, SAVE_DELAY_MS } from './lease-file.ts';
import type { Lease } from './leases.ts';
import { keepingLogger, temporaryFolder, writeFiles } from './test-server.ts';

const garden = parseSiteName('garden');
if (!garden.ok) throw new Error(garden.message);
const LEASE: Lease = { name: garden.name, key: 'key', lastSeen: 1 };

async function createFile(path = 'below/leases.json') {
  const folder = await temporaryFolder();
  const clock = new ManualClock();
  const kept = keepingLogger();
  const file = new LeaseFile(join(folder, path), clock, kept.logger);
  return { folder, clock, file, ...kept };
}

describe('LeaseFile', () => {
  it('begins empty, and reads again what it wrote', async () => {
    const { folder, file } = await createFile();
    expect(await file.load()).toEqual([]);
    file.saveSoon(() => [LEASE]);
    await file.flush(() => [LEASE]);
    expect(await file.load()).toEqual([LEASE]);
    // Nothing else is left behind.
    expect(await readdir(join(folder, 'below'))).toEqual(['leases.json']);
  });

  it('writes once for many changes, with the state of the moment of writing', async () => {
    const { clock, file } = await createFile();
    let taken = 0;
    const list = () => {
      taken += 1;
      return [{ ...LEASE, lastSeen: taken }];
    };
    for (let i = 0; i < 100; i += 1) file.saveSoon(list);
    clock.advance(SAVE_DELAY_MS - 1);
    expect(taken).toBe(0);
    clock.advance(1);
    await file.flush(list);
    expect(taken).toBe(1);
    expect(await file.load()).toEqual([{ ...LEASE, lastSeen: 1 }]);
  });

  it('goes on after a failed write, says so, and writes at the next change', async () => {
    const { folder, file, logs } = await createFile();
    // A folder where the temporary file should be is in the way.
    await mkdir(join(folder, 'below/leases.json.tmp'), { recursive: true });
    file.saveSoon(() => [LEASE]);
    await file.flush(() => [LEASE]);
    expect(logs).toMatchObject([{ level: 'error', text: expect.stringContaining('written') }]);
    expect(await file.load()).toEqual([]);
  });

  it.each([
    '',
    'null',
    '{"format":2,"leases":[]}',
    '{"format":1}',
    '{"format":1,"leases":[null]}',
    '{"format":1,"leases":[{"name":"garden","key":"k"}]}',
    '{"format":1,"leases":[{"name":"www","key":"k","lastSeen":1}]}',
  ])('puts %j aside for the operator', async (text) => {
    const { folder, clock, file, logs } = await createFile('leases.json');
    await writeFiles(folder, { 'leases.json': text });
    expect(await file.load()).toEqual([]);
    expect(logs).toMatchObject([{ level: 'error' }]);
    expect(await readFile(join(folder, `leases.json.damaged-${clock.now()}`), 'utf8')).toBe(text);
  });
});
