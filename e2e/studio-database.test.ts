/** The database page of the server tab: rows, queries, schema, import and export. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BrowserName } from './browsers/launch.ts';
import { DownloadFolder } from './fixtures/download-folder.ts';
import { PLANTS_PROJECT } from './fixtures/plants-project.ts';
import { serverOfFiles } from './fixtures/tab-project.ts';
import { axeFindings } from './instance/axe.ts';
import { browserPool } from './instance/browsers.ts';
import { startInstance } from './instance/instance.ts';
import { get, visitFromNode } from './instance/node-visitors.ts';
import { HomePage } from './instance/studio.ts';
import { DatabasePage, openProject } from './instance/studio-database.ts';
import { until, whenTestIsDone } from './instance/until.ts';

const openBrowser = browserPool();
const BROWSERS: readonly BrowserName[] = ['chromium', 'firefox'];

const ENDLESS =
  'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n';

describe.each(BROWSERS)('in %s', (browserName) => {
  it('shows rows and what visitors write, edits a cell, runs and stops queries, and saves CSV', async () => {
    const folder = await DownloadFolder.launch(browserName, whenTestIsDone);
    const { server, get } = await openProject(folder.launched, PLANTS_PROJECT);
    const { tab } = server;
    const page = await DatabasePage.open(server);
    await page.openTable('plants');
    await page.showsRows([
      ['1', 'fern', '2.5', '1'],
      ['2', 'ivy', 'NULL', '1'],
      ['3', 'empty', '4', 'NULL'],
    ]);

    // Without anybody's touching the page.
    expect(await get('/add/moss')).toMatchObject({ status: 200 });
    await tab.until('the new row', async () => (await page.rows())[3]?.[1] === 'moss');

    await page.edit(1, 3, '3.5');
    await tab.until('the edit', async () => (await page.rows())[1]?.[2] === '3.5');
    expect(await page.focused()).toBe('1,3');

    expect(await page.query('SELECT name, price FROM plants WHERE id < 3')).toMatch(
      /2 rows, [\s\S]*fern\s+2\.5\s+ivy\s+3\.5/,
    );
    await page.typeQuery(ENDLESS);
    await page.press('Control+Enter');
    await tab.click('button', 'Stop');
    await tab.shows('The statement was stopped.');
    // The site was not kept waiting for the ten seconds that a query may take.
    expect(await get('/add/nettle')).toMatchObject({ status: 200 });

    await page.openTable('plants');
    await tab.click('button', 'Save as CSV');
    await until('the file', () => folder.looksWhole('plants.csv'), {
      describe: () => folder.describe(),
    });
    expect(await readFile(join(folder.path, 'plants.csv'), 'utf8')).toBe(
      'id,name,price,bed\r\n1,fern,2.5,1\r\n2,ivy,3.5,1\r\n3,"",4,\r\n4,moss,,\r\n5,nettle,,\r\n',
    );
    expect(tab.consoleErrors).toEqual([]);
  });
});

describe('the rows of a table', () => {
  it('are sorted, filtered, added, deleted and brought back, by keyboard alone', async () => {
    const { server } = await openProject(await openBrowser('chromium', 'host'), PLANTS_PROJECT);
    const { tab } = server;
    const page = await DatabasePage.open(server);
    await page.openTable('plants');
    await page.goTo(0, 1);
    await page.press('ArrowDown', 'ArrowRight', 'ArrowRight');
    expect(await page.focused()).toBe('1,3');
    await page.press('Control+ArrowUp', 'ArrowUp', 'Enter');
    expect(await page.focused()).toBe('-1,3');
    await tab.until('sorted', async () => (await page.rows())[0]?.[1] === 'ivy');
    await page.press('Enter');
    await tab.until('sorted down', async () => (await page.rows())[0]?.[1] === 'empty');
    await page.press('Enter');
    await tab.until('unsorted', async () => (await page.rows())[0]?.[1] === 'fern');

    // A letter replaces; Escape gives up; NULL is not the empty text.
    await page.goTo(0, 2);
    await page.type('b');
    await tab.until('the field', () => tab.page.$('.db-cell-input input'));
    await page.type('racken');
    await page.press('Enter');
    await tab.until('the edit', async () => (await page.rows())[0]?.[1] === 'bracken');
    await page.press('F2');
    await tab.until('the field', () => tab.page.$('.db-cell-input input'));
    await page.type('nonsense');
    await page.press('Escape');
    expect((await page.rows())[0]?.[1]).toBe('bracken');
    expect(await page.focused()).toBe('0,2');
    await page.edit(0, 3, 'cheap');
    await tab.shows('price holds numbers, such as 12.5; “cheap” is none.');
    await page.press('Escape', 'Enter');
    await tab.until('the field', () => tab.page.$('.db-cell-input input'));
    await page.press('Tab', 'Enter');
    // The button in the cell says NULL, too: the edit is over when the cell itself has the focus.
    await tab.until('the cell', async () => (await page.focused()) === '0,3');
    await tab.until('NULL', async () => (await page.rows())[0]?.[2] === 'NULL');
    await page.press('Control+z');
    await tab.until('undone', async () => (await page.rows())[0]?.[2] === '2.5');
    await page.edit(0, 2, 'braken');
    await tab.until('the edit', async () => (await page.rows())[0]?.[1] === 'braken');
    await page.press('Control+z');
    await tab.until('undone', async () => (await page.rows())[0]?.[1] === 'bracken');

    await page.goTo(1, 0);
    await page.press(' ', 'ArrowDown', ' ', 'Delete');
    await tab.shows('Deleted 2 rows.');
    await page.showsRows([['1', 'bracken', '2.5', '1']]);
    // The row that had the focus is gone.
    await tab.until('the focus', async () => (await page.focused()) === '0,0');
    await page.edit(0, 2, 'fern');
    await tab.until('the edit', async () => (await page.rows())[0]?.[1] === 'fern');
    // What the message is about, and not the last change.
    await tab.click('button', 'Undo');
    await tab.until('the rows', async () => (await page.rows()).length === 3);
    expect((await page.rows())[2]).toEqual(['3', 'empty', '4', 'NULL']);
    expect((await page.rows())[0]?.[1]).toBe('fern');

    await tab.click('button', 'Add row');
    await tab.click('textbox', 'name');
    await page.type('sage');
    await tab.click('textbox', 'bed');
    await page.type('77');
    await page.press('Enter');
    await tab.shows('FOREIGN KEY constraint failed');
    await tab.click('textbox', 'bed');
    await page.press('Backspace', 'Backspace');
    await tab.click('checkbox', 'NULL for bed');
    await tab.click('button', 'Insert row');
    await tab.until('the row', async () => (await page.rows())[3]?.[1] === 'sage');

    await tab.click('searchbox', 'Filter');
    await page.type('AGE');
    await page.showsRows([['4', 'sage', 'NULL', 'NULL']]);
    await page.press('Control+a');
    await page.type('nothing like it');
    await tab.shows('No row fits the filter.');
    expect(tab.consoleErrors).toEqual([]);
  });

  it('are not overwritten when somebody else was quicker, unless that is wanted; long texts and blobs have a dialog', async () => {
    const { server, get } = await openProject(await openBrowser('chromium', 'host'), {
      ...PLANTS_PROJECT,
      'migrations/0002_odd.sql': `CREATE TABLE "odd ""table""" ("sélect" PRIMARY KEY, "a b" TEXT, photo BLOB) WITHOUT ROWID;
        INSERT INTO "odd ""table""" VALUES ('k', printf('%.*c', 5000, 'x'), x'00ff10');
        CREATE VIEW cheap AS SELECT name FROM plants WHERE price > 3;`,
    });
    const { tab } = server;
    const page = await DatabasePage.open(server);
    await page.openTable('plants');
    await page.goTo(0, 3);
    await page.press('Enter');
    await tab.until('the field', () => tab.page.$('.db-cell-input input'));
    await get('/price/1/9');
    await get('/add/moss');
    await page.press('Control+a');
    await page.type('7');
    await page.press('Enter');
    await tab.shows('Somebody has changed this meanwhile: it is now 9.');
    // Nothing moved while it was edited.
    expect(await page.rows()).toHaveLength(3);
    await tab.click('button', 'Keep theirs');
    await tab.until('theirs', async () => (await page.rows())[0]?.[2] === '9');
    await tab.until('the new row', async () => (await page.rows()).length === 4);
    await page.goTo(0, 3);
    await page.press('Enter');
    await tab.until('the field', () => tab.page.$('.db-cell-input input'));
    await get('/price/1/10');
    await page.press('Control+a');
    await page.type('7');
    await page.press('Enter');
    await tab.click('button', 'Overwrite');
    await tab.until('ours', async () => (await page.rows())[0]?.[2] === '7');

    await page.openTable('odd "table"');
    await tab.until('its row', async () => (await page.rows())[0]?.[0] === 'k');
    expect((await page.rows())[0]?.[2]).toBe('blob, 3 B');
    await page.goTo(0, 2);
    await page.press('Enter');
    await tab.shows('text of 5,000 characters');
    await tab.click('textbox', 'Value of a b');
    await page.press('Control+a');
    await page.type('two');
    await page.press('Enter');
    await page.type('lines');
    await tab.click('button', 'Save value');
    await tab.until('the text', async () => (await page.rows())[0]?.[1] === 'two\nlines');
    await page.goTo(0, 3);
    await page.press('Enter');
    await tab.find('button', 'Download 3 B');
    await page.choose('File to store', 'photo.png', new Uint8Array(1500));
    await tab.click('button', 'Save value');
    await tab.until('the blob', async () => (await page.rows())[0]?.[2] === 'blob, 1.5 kB');

    await page.openTable('cheap');
    await tab.shows('A view is computed from other tables: change those.');
    await page.goTo(0, 1);
    await page.press('Enter', 'ArrowLeft');
    // In a field the second key would move the cursor.
    await tab.until('the next cell', async () => (await page.focused()) === '0,0');
    expect(await tab.page.$('.db-cell-input')).toBeNull();
    expect(tab.consoleErrors).toEqual([]);
  });

  it('stay quick when there are a million of them', async () => {
    const { server, get } = await openProject(
      await openBrowser('chromium', 'host'),
      PLANTS_PROJECT,
    );
    const { tab } = server;
    const page = await DatabasePage.open(server);
    for (let part = 0; part < 8; part++) {
      const result = await page.query(
        `${part === 0 ? 'CREATE TABLE many (id INTEGER PRIMARY KEY, a INTEGER, b TEXT);' : ''}
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 125000)
         INSERT INTO many (a, b) SELECT i * 7919 % 1000003, 'row ' || i FROM n`,
      );
      expect(result).toContain('125000 rows changed');
    }
    await page.openTable('many');
    await tab.shows('Rows 1–100 of more than 100,000');
    await tab.click('button', 'Next rows');
    await tab.shows('Rows 101–200 of more than 100,000');
    await tab.until('the next rows', async () => (await page.rows())[0]?.[0] === '101');
    await page.goTo(3, 1);
    for (const [key, first] of [
      ['PageDown', '201'],
      ['PageUp', '101'],
    ] as const) {
      await page.press(key);
      await tab.until('the rows', async () => (await page.rows())[0]?.[0] === first);
      await tab.until('the focus', async () => (await page.focused()) === '3,1');
    }
    await page.goTo(-1, 2);
    await page.press('Enter');
    await tab.until('sorted', async () => (await page.rows())[0]?.[1] === '29');
    expect(await get('/add/moss')).toMatchObject({ status: 200 });
    expect(tab.consoleErrors).toEqual([]);
  });
});

describe('tables', () => {
  it('are made, described, filled from CSV and JSON, and there again after a restore', async () => {
    const { server, get } = await openProject(
      await openBrowser('chromium', 'host'),
      PLANTS_PROJECT,
    );
    const { tab } = server;
    const page = await DatabasePage.open(server);
    await page.openTable('plants');
    await tab.click('button', 'Schema');
    await tab.shows('CREATE TABLE plants');
    await tab.click('button', '→ beds');
    await tab.shows('Referred to by');

    await tab.click('button', 'New table…');
    await tab.click('textbox', 'Name of the table');
    await page.type('order');
    await tab.click('textbox', 'Name of column 1');
    await page.type('what for');
    await tab.shows('CREATE TABLE "order"');
    await tab.click('button', 'Create table');
    await tab.find('grid', 'Rows of order');

    await tab.click('button', 'Import rows');
    await page.choose(
      'File with rows',
      'Plants 2026.csv',
      '\ufeffname;price;since\r\n"sage; the ""true"" one";1,5;2020\r\nbroken;1\r\nthyme;2;\r\n',
    );
    await tab.shows('Line 3: it has 2 fields instead of 3');
    await tab.click('button', 'Import');
    await tab.shows('1 row cannot be read.');
    await tab.click('checkbox', 'Leave out what cannot be imported');
    await tab.page.evaluate(() => {
      const observer = new MutationObserver(() => {
        const buttons = [...document.querySelectorAll<HTMLButtonElement>('.dialog button')];
        if (!buttons.some(({ textContent }) => textContent === 'Importing…')) return;
        const cancel = buttons.find(({ textContent }) => textContent === 'Cancel');
        Reflect.set(window, 'canCancelImport', cancel?.disabled === false);
      });
      observer.observe(document.body, { childList: true, subtree: true, characterData: true });
    });
    await tab.click('button', 'Import');
    await tab.shows('Imported 2 rows into plants_2026. Left out 1 row.');
    // The rows come all the same: nothing may look as if it stopped them.
    expect(await tab.page.evaluate(() => Reflect.get(window, 'canCancelImport'))).toBe(false);
    await page.showsRows([
      ['sage; the "true" one', '1,5', '2020'],
      ['thyme', '2', 'NULL'],
    ]);

    await page.openTable('plants');
    await tab.click('button', 'Import rows');
    await page.choose(
      'File with rows',
      'more.json',
      '[{ "id": 1, "name": "twice" }, { "name": "basil", "colour": "green" }]',
    );
    await tab.find('combobox', 'colour becomes');
    await tab.click('button', 'Import');
    await tab.shows('The table refuses 1 row, so nothing was imported.');
    await tab.shows('Item 1: UNIQUE constraint failed: plants.id');
    await tab.click('checkbox', 'Leave out what cannot be imported');
    await tab.click('button', 'Import');
    await tab.shows('Imported 1 row into plants. Left out 1 row.');
    await tab.until('the row', async () => (await page.rows())[3]?.[1] === 'basil');

    await tab.click('button', 'Import rows');
    await page.choose('File with rows', 'wide.csv', `a\n${','.repeat(1_000_000)}\n1\n`);
    await tab.shows('Line 2: it has more than 2,000 columns');
    await page.press('Escape');

    const backup = await tab.page.evaluate(async () => {
      // The page's own way to the file, without the browser's folder for downloads.
      const made: Blob[] = [];
      const original = URL.createObjectURL;
      URL.createObjectURL = (blob) => {
        if (blob instanceof Blob) made.push(blob);
        return original.call(URL, blob);
      };
      document.querySelector<HTMLElement>('[aria-label="Back up database"]')?.click();
      while (made.length === 0) await new Promise((resolve) => requestAnimationFrame(resolve));
      URL.createObjectURL = original;
      return [...new Uint8Array((await made[0]?.arrayBuffer()) ?? new ArrayBuffer(0))];
    });
    await page.query('DROP TABLE plants_2026; DELETE FROM plants');
    await page.openTable('plants');
    await tab.shows('No rows yet.');
    await page.choose('Database to restore', 'old.sqlite', new Uint8Array(backup));
    await tab.click('button', 'Replace database');
    await tab.shows('Restored the database from old.sqlite.');
    await tab.until('the rows', async () => (await page.rows()).length === 4);
    await tab.find('button', 'plants_2026');
    expect(await get('/add/moss')).toMatchObject({ status: 200 });
    await tab.until('the new row', async () => (await page.rows()).length === 5);
    expect(tab.consoleErrors).toEqual([]);
  });
});

it('makes a project of a site of files: it has a database, and its pages keep their addresses', async () => {
  const instance = await startInstance();
  const home = await HomePage.open(await openBrowser('chromium', 'host'), instance);
  const files = { 'index.html': '<h1>Plain</h1>', 'deep/er/leaf.txt': 'leaf' };
  const server = await serverOfFiles(home, 'plain', files);
  const { tab } = server;
  const visit = await visitFromNode(instance, 'plain');

  // What is written and not live would become so by being moved.
  await server.openFile('index.html');
  await server.retype('<h1>Not yet</h1>');
  await server.showsSaved('Draft saved');
  await tab.click('link', 'Database');
  await tab.click('button', 'Make it a project');
  await tab.shows('Publish or discard them first.');
  expect((await get(visit, '/')).text).toBe('<h1>Plain</h1>');
  await tab.click('link', 'Site');
  await tab.click('button', 'Discard changes');
  await server.showsSaved('Live');

  await tab.click('link', 'Database');
  await tab.click('button', 'Make it a project');
  await tab.shows('This site is a project now, and has a database.');
  const page = await DatabasePage.open(server);
  expect(await page.query('SELECT 20 + 22 AS answer')).toContain('42');
  for (const [path, text] of [
    ['/', '<h1>Plain</h1>'],
    ['/deep/er/leaf.txt', 'leaf'],
  ] as const) {
    expect(await get(visit, path)).toMatchObject({ status: 200, text });
  }
  expect(tab.consoleErrors).toEqual([]);
});

it('has nothing that axe objects to, in any state', async () => {
  const { server } = await openProject(await openBrowser('chromium', 'host'), PLANTS_PROJECT);
  const { tab } = server;
  const page = await DatabasePage.open(server);
  await page.openTable('plants');
  await page.goTo(0, 3);
  await page.press('Enter');
  await tab.until('the field', () => tab.page.$('.db-cell-input input'));
  expect(await axeFindings(tab, '.database-page')).toEqual([]);
  await page.press('Escape');
  await tab.click('button', 'Schema');
  await tab.shows('CREATE TABLE plants');
  expect(await axeFindings(tab, '.database-page')).toEqual([]);
  await page.query('SELECT * FROM plants; SELECT nmae FROM plants');
  await tab.click('button', 'History');
  expect(await axeFindings(tab, '.database-page')).toEqual([]);
  await tab.click('button', 'Import rows');
  await page.choose('File with rows', 'a.csv', 'a,b\n1,2\n3\n');
  await tab.find('combobox', 'Type of a');
  expect(await axeFindings(tab, '.dialog')).toEqual([]);
  await page.press('Escape');
  await tab.click('button', 'New table…');
  await tab.find('textbox', 'Name of the table');
  expect(await axeFindings(tab, '.dialog')).toEqual([]);
  await page.press('Escape');
  expect(tab.consoleErrors).toEqual([]);
});
