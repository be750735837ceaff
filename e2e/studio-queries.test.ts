import { describe, expect, it } from 'vitest';
import { PLANTS_PROJECT } from './fixtures/plants-project.ts';
import { browserPool } from './instance/browsers.ts';
import { DatabasePage, openProject } from './instance/studio-database.ts';
import { whenTestIsDone } from './instance/until.ts';

const openBrowser = browserPool();

describe('queries', () => {
  it('run several statements, tell what is wrong and where, and are remembered', async () => {
    const launched = await openBrowser('chromium', 'host');
    const { server, instance } = await openProject(launched, PLANTS_PROJECT);
    const { tab } = server;
    const context = launched.browser.defaultBrowserContext();
    await context.overridePermissions(instance.origin, [
      'clipboard-read',
      'clipboard-sanitized-write',
    ]);
    whenTestIsDone(() => context.clearPermissionOverrides());
    const page = await DatabasePage.open(server);
    const several = await page.query(
      'UPDATE plants SET price = 1 WHERE id < 3; SELECT name FROM plants; SELECT nmae FROM plants',
    );
    expect(several).toMatch(/2 rows changed[\s\S]*3 rows[\s\S]*no such column: nmae/);
    expect(several).toContain('Did you mean "name"?');
    expect(several).toContain('The 2 statements before it were carried out.');
    await tab.until('the fault underlined', () => tab.page.$('.cm-lintRange-error'));
    expect(await tab.page.$eval('.cm-lintRange-error', (element) => element.textContent)).toBe(
      'nmae',
    );

    const numbers =
      'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 700) SELECT i FROM n';
    expect(await page.query(numbers)).toContain('the first 200 rows');
    await tab.click('button', 'Copy CSV');
    await tab.shows('Copied as CSV.');
    const copied = () => tab.page.evaluate(() => navigator.clipboard.readText());
    // All of it, and not only what is shown.
    expect((await copied()).trimEnd().split(/\r?\n/)).toHaveLength(701);
    await tab.click('button', 'Show more rows');
    await tab.until('all rows', async () => (await page.results()).includes('700 rows'));
    await page.query(`CREATE TABLE many (i); INSERT INTO many ${numbers} RETURNING i`);
    await tab.click('button', 'Copy CSV');
    await tab.shows('Copied only the first 200 rows as CSV.');
    await page.query('SELECT \'a,"b"\' AS name, NULL AS none');
    await tab.click('button', 'Copy JSON');
    await tab.until('the copy', async () => (await copied()).startsWith('['));
    expect(JSON.parse(await copied())).toEqual([{ name: 'a,"b"', none: null }]);

    // Tables and their columns are completed.
    await page.typeQuery('');
    await page.type('SELECT * FROM pla');
    await tab.until('the completion', () => tab.page.$('.cm-tooltip-autocomplete [aria-selected]'));
    await page.press('Escape');

    await tab.reload();
    await tab.click('button', 'Query');
    await tab.click('button', 'History');
    const list = await tab.find('region', 'History');
    expect(await list.evaluate((element) => element.textContent)).toContain('SELECT nmae');
    await tab.click('button', 'Clear history');
    await tab.shows('No query was run yet.');
    expect(tab.consoleErrors).toEqual([]);
  });
});
