/** What the menu in a server's tab does with the server as a whole. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { expect, it } from 'vitest';
import type { BrowserName } from './browsers/launch.ts';
import { DownloadFolder } from './fixtures/download-folder.ts';
import { serverOfFiles } from './fixtures/tab-project.ts';
import { startInstance } from './instance/instance.ts';
import { get, visitFromNode } from './instance/node-visitors.ts';
import { HomePage, ServerTab } from './instance/studio.ts';
import { HomeServers } from './instance/studio-home.ts';
import { until, whenTestIsDone } from './instance/until.ts';

const BROWSERS: readonly BrowserName[] = ['chromium', 'firefox'];

it.each(
  BROWSERS,
)('copies, exports, renames and deletes the server that runs, in %s', async (browserName) => {
  const instance = await startInstance();
  const downloads = await DownloadFolder.launch(browserName, whenTestIsDone);
  const home = await HomePage.open(downloads.launched, instance);
  const servers = new HomeServers(home);
  const { tab } = await serverOfFiles(home, 'garden', { 'index.html': '<h1>Garden</h1>' });
  const choose = async (item: string) => {
    await tab.click('button', 'Server');
    await tab.click('menuitem', item);
  };
  const serves = async (name: string) => {
    const visit = await visitFromNode(instance, name);
    const { text } = await get(visit, '/');
    await visit.close();
    return text;
  };

  await choose('Duplicate…');
  await tab.answer('Name of the copy', 'meadow');
  await tab.shows('meadow is a copy of garden.');
  const copy = await servers.opens(() => tab.click('button', 'Open it'));
  expect(copy.tab.page.url()).toBe(`${instance.origin}/server/meadow`);
  expect(await serves('meadow')).toBe('<h1>Garden</h1>');
  expect(await serves('garden')).toBe('<h1>Garden</h1>');
  await copy.close();

  await choose('Export as zip…');
  await tab.shows('garden.zip is saved.');
  const zip = await until('the zip', async () => {
    const bytes = await readFile(join(downloads.path, 'garden.zip')).catch(() => undefined);
    return bytes?.length ? bytes : undefined;
  });
  const packed = unzipSync(zip)['index.html'];
  expect(new TextDecoder().decode(packed)).toBe('<h1>Garden</h1>');

  await choose('Rename…');
  await tab.answer('New name', 'meadow');
  await tab.shows('You have a server of this name already.');
  const other = await servers.opens(() => tab.click('link', 'Open meadow'));
  expect(await serves('garden')).toBe('<h1>Garden</h1>');
  await other.close();
  await tab.answer('New name', 'plot');
  await tab.until('the new address', async () => tab.page.url().endsWith('/server/plot'));
  await new ServerTab(tab).isOnline();
  expect(await serves('plot')).toBe('<h1>Garden</h1>');
  await expect(visitFromNode(instance, 'garden')).rejects.toThrow(/garden/);

  await choose('Delete…');
  await tab.click('button', 'Delete server');
  await tab.until('the home page', async () => tab.page.url() === `${instance.origin}/`);
  await tab.find('link', 'meadow');
  await home.tab.reload();
  await home.tab.find('link', 'meadow');
  expect(await servers.names()).toEqual(['meadow']);
  expect(tab.consoleErrors).toEqual([]);
});
