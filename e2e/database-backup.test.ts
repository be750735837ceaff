/** A site's database as a file: saved by the studio, read by another SQLite, and put back. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { describe, expect, it } from 'vitest';
import type { BrowserName } from './browsers/launch.ts';
import { DownloadFolder } from './fixtures/download-folder.ts';
import { openTabProject } from './fixtures/tab-project.ts';
import type { Tab } from './instance/tab.ts';
import { until, whenTestIsDone } from './instance/until.ts';

const BROWSERS: readonly BrowserName[] = ['chromium', 'firefox'];

const PROJECT = {
  'migrations/0001_plants.sql': 'CREATE TABLE plants (name TEXT);',
  'routes/add/[name].ts': `export async function GET({ params, sql }) {
    await sql\`INSERT INTO plants (name) VALUES (\${params.name})\`;
    return 'added';
  }`,
  'routes/plants.ts': `export async function GET({ sql }) {
    const rows = await sql\`SELECT name FROM plants ORDER BY name\`;
    return rows.map(({ name }) => name).join();
  }`,
};

/** Chooses a file in the field, as the browser's own window does, and confirms. */
async function restore(tab: Tab, name: string, bytes: Uint8Array): Promise<void> {
  await tab.find('button', 'Restore database');
  await tab.launched.guard(
    tab.page.$eval(
      'input[aria-label="Database to restore"]',
      (input, file, content) => {
        const transfer = new DataTransfer();
        const chosen = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
        transfer.items.add(new File([chosen], file));
        (input as HTMLInputElement).files = transfer.files;
        input.dispatchEvent(new Event('change', { bubbles: true }));
      },
      name,
      Buffer.from(bytes).toString('base64'),
    ),
  );
  await tab.shows(`${name} takes the place of all rows and sessions`);
  await tab.click('button', 'Replace database');
}

describe.each(BROWSERS)('the database of a project in a tab of %s', (browser) => {
  it('is saved as a file that other programs read, and restored from it; a broken file changes nothing', async () => {
    const folder = await DownloadFolder.launch(browser, whenTestIsDone);
    const { get, server } = await openTabProject(folder.launched, PROJECT);
    const { tab } = server;
    expect(await get('/add/fern')).toMatchObject({ status: 200, text: 'added' });
    expect(await get('/add/ivy')).toMatchObject({ status: 200, text: 'added' });

    await tab.click('link', 'Database');
    await tab.click('button', 'Back up database');
    await tab.shows('Saved the database as garden.sqlite.');
    await until('the backup', () => folder.looksWhole('garden.sqlite'), {
      describe: () => folder.describe(),
    });
    const path = join(folder.path, 'garden.sqlite');
    const backup = await readFile(path);
    const other = new DatabaseSync(path);
    expect(other.prepare('SELECT name FROM plants ORDER BY name').all()).toMatchObject([
      { name: 'fern' },
      { name: 'ivy' },
    ]);
    other.close();

    expect(await get('/add/nettle')).toMatchObject({ status: 200, text: 'added' });
    expect((await get('/plants')).text).toBe('fern,ivy,nettle');

    await restore(tab, 'half.sqlite', backup.subarray(0, backup.length / 2));
    await tab.shows('This database is damaged');
    expect((await get('/plants')).text).toBe('fern,ivy,nettle');
    await restore(tab, 'letter.txt', new TextEncoder().encode('Dear garden'));
    await tab.shows('This file is no SQLite database');
    expect((await get('/plants')).text).toBe('fern,ivy,nettle');

    await restore(tab, 'garden.sqlite', backup);
    await tab.shows('Restored the database from garden.sqlite.');
    expect((await get('/plants')).text).toBe('fern,ivy');
    expect(await get('/add/moss')).toMatchObject({ status: 200, text: 'added' });
    expect((await get('/plants')).text).toBe('fern,ivy,moss');
    expect(tab.consoleErrors).toEqual([]);
  });
});
