/** What an author does at the server tab besides the tutorial. */
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BrowserName } from './browsers/launch.ts';
import { chooseFiles, dropFromDisk, dropMadeFiles } from './fixtures/drop-files.ts';
import { browserPool } from './instance/browsers.ts';
import { startInstance } from './instance/instance.ts';
import { temporarySite } from './instance/node-hosts.ts';
import { get, visitFromNode } from './instance/node-visitors.ts';
import { HomePage, ServerTab } from './instance/studio.ts';
import { whenTestIsDone } from './instance/until.ts';

const openBrowser = browserPool();
const BROWSERS: readonly BrowserName[] = ['chromium', 'firefox'];
const PAGES = ['index.html', '404.html', 'style.css'];
const TEMPLATE_FILES = [...PAGES, 'peerserver.json', 'routes/index.ts'];

/** A server in a browser's tab, and somebody who looks at what is live. */
async function createGarden(browserName: BrowserName, template?: string) {
  const instance = await startInstance();
  const launched = await openBrowser(browserName, 'host');
  const home = await HomePage.open(launched, instance);
  const server = await home.createServer('garden', template);
  const visit = await visitFromNode(instance, 'garden');
  const live = (target: string) => get(visit, target);
  return { instance, launched, home, server, visit, live };
}

describe.each(BROWSERS)('in %s', (browserName) => {
  it('takes dropped files, over the editor, too, and makes them live at once', async () => {
    const { server, live } = await createGarden(browserName);
    await dropMadeFiles(server.tab, { 'one.txt': 'the first', 'two ü.txt': 'the second' });
    await server.tab.shows('2 files uploaded and live.');
    await server.showsFiles([
      ...PAGES.slice(0, 2),
      'one.txt',
      'style.css',
      'two ü.txt',
      ...TEMPLATE_FILES.slice(PAGES.length),
    ]);
    expect(await live('/one.txt')).toMatchObject({ status: 200, text: 'the first' });
    expect(await live('/two%20%C3%BC.txt')).toMatchObject({ status: 200, text: 'the second' });

    await server.openFile('one.txt');
    await dropMadeFiles(server.tab, { 'one.txt': 'the third' }, '.cm-content');
    await server.tab.click('button', 'Replace');
    await server.tab.shows('1 file uploaded and live.');
    expect(await live('/one.txt')).toMatchObject({ status: 200, text: 'the third' });
    // Not inserted where it fell, and the open editor follows.
    await server.tab.until('the editor to follow', async () => {
      return (await server.editorText()) === 'the third';
    });
    expect(server.tab.consoleErrors).toEqual([]);
  });

  it('takes chosen files, and leaves out what no site should have', async () => {
    const { server, live } = await createGarden(browserName);
    const folder = await temporarySite({
      'leaf.png': new Uint8Array(100_000).fill(7),
      'notes.txt': 'notes',
      '.DS_Store': 'litter',
    });
    const chosen = ['leaf.png', 'notes.txt', '.DS_Store'].map((name) => join(folder, name));
    await chooseFiles(server.tab, 'Upload files', chosen);
    await server.tab.shows('2 files uploaded and live. Left out: .DS_Store');
    expect(await live('/notes.txt')).toMatchObject({ status: 200, text: 'notes' });
    const leaf = await live('/leaf.png');
    expect(Buffer.compare(leaf.bytes, await readFile(join(folder, 'leaf.png')))).toBe(0);
    expect(server.tab.consoleErrors).toEqual([]);
  });

  it('copies the share address, and says so', async () => {
    const { instance, launched, home, server } = await createGarden(browserName);
    if (browserName === 'chromium') {
      const context = launched.browser.defaultBrowserContext();
      await context.overridePermissions(instance.origin, ['clipboard-sanitized-write']);
      whenTestIsDone(() => context.clearPermissionOverrides());
    }
    await server.tab.click('button', 'Copy address');
    await server.tab.find('button', 'Copied');
    // Pasted where text goes, as the author will.
    await home.tab.click('textbox', 'Server name');
    await home.tab.page.keyboard.down('Control');
    await home.tab.page.keyboard.press('v', { commands: ['Paste'] });
    await home.tab.page.keyboard.up('Control');
    const field = await home.tab.find('textbox', 'Server name');
    const pasted = await field.evaluate((element) => (element as HTMLInputElement).value);
    expect(pasted).toBe(instance.shareUrl('garden'));
  });

  it('keeps an edit as a draft over a reload, until it is saved or discarded', async () => {
    const { instance, server } = await createGarden(browserName);
    await server.openFile('index.html');
    await server.replaceText('Hello, world.', 'Hello, draft.');
    // At once: what was typed last is not stored yet.
    await server.reload();
    await server.tab.find('textbox', 'index.html');
    expect(await server.editorText()).toContain('Hello, draft.');
    await server.showsSaved('Draft saved');
    await server.reload();
    await server.tab.find('textbox', 'index.html');
    await server.showsSaved('Draft, not live');
    expect(await server.editorText()).toContain('Hello, draft.');
    expect(await server.fileMark('index.html')).toBe('draft');
    const visit = await visitFromNode(instance, 'garden');
    const live = (target: string) => get(visit, target);
    expect((await live('/')).text).toContain('Hello, world.');

    await server.save();
    expect(await server.fileMark('index.html')).toBeUndefined();
    expect((await live('/')).text).toContain('Hello, draft.');

    const discard = async (): Promise<void> => {
      await server.tab.click('button', 'Discard changes');
      await server.tab.until('the live text in the editor', async () =>
        (await server.editorText()).includes('Hello, draft.'),
      );
      await server.showsSaved('Live');
    };
    await server.replaceText('Hello, draft.', 'Hello, hasty mistake.');
    await discard();
    await server.replaceText('Hello, draft.', 'Hello, stored mistake.');
    await server.showsSaved('Draft saved');
    await discard();
    expect((await live('/')).text).toContain('Hello, draft.');
    expect(server.tab.consoleErrors).toEqual([]);
  });

  it('makes, renames and deletes a file, and takes the deletion back', async () => {
    const { server, live } = await createGarden(browserName);
    const { tab } = server;
    await tab.click('button', 'New file');
    await server.typePath('index.html');
    await tab.shows('There is a file index.html already.');
    await server.typePath('notes/today.txt');
    await tab.find('textbox', 'notes/today.txt');
    expect(await server.fileMark('notes/today.txt')).toBe('new');
    expect((await live('/notes/today.txt')).status).toBe(404);
    await tab.launched.guard(tab.page.keyboard.type('planted'));
    await server.save();
    expect(await live('/notes/today.txt')).toMatchObject({ status: 200, text: 'planted' });

    await tab.click('button', 'Rename');
    await server.typePath('diary.txt');
    await tab.find('textbox', 'diary.txt');
    expect(await live('/diary.txt')).toMatchObject({ status: 200, text: 'planted' });
    expect((await live('/notes/today.txt')).status).toBe(404);

    await tab.click('button', 'Delete');
    await server.showsFiles(TEMPLATE_FILES);
    expect((await live('/diary.txt')).status).toBe(404);
    await tab.click('button', 'Undo');
    await tab.find('textbox', 'diary.txt');
    await server.showsFiles([
      ...PAGES.slice(0, 2),
      'diary.txt',
      ...TEMPLATE_FILES.slice(PAGES.length - 1),
    ]);
    expect(await live('/diary.txt')).toMatchObject({ status: 200, text: 'planted' });
    expect(tab.consoleErrors).toEqual([]);
  });

  it('offers in a route what a route finds there', async () => {
    const { server, live } = await createGarden(browserName);
    const { tab } = server;
    const { keyboard } = tab.page;
    await server.openFile('routes/index.ts');
    // What it offers comes with the colours.
    await tab.until('colours', () => tab.page.$('.cm-line span'));
    await tab.page.bringToFront();
    await tab.launched.guard(keyboard.down('Control'));
    await tab.launched.guard(keyboard.press('a'));
    await tab.launched.guard(keyboard.up('Control'));
    await tab.launched.guard(keyboard.type('export const GET = ({ que'));
    await tab.click('option', 'query');
    await tab.launched.guard(keyboard.type(' }) => "Hello " + query.name;'));
    await server.save();
    expect((await live('/?name=Ada')).text).toBe('Hello Ada');
    expect(tab.consoleErrors).toEqual([]);
  });

  it('says where code that was saved is wrong, until it is right', async () => {
    const { server, live } = await createGarden(browserName);
    const { tab } = server;
    await server.openFile('routes/index.ts');
    await server.retype('export const GET = () => "one";\nconst = 2;');
    await server.pressSave();
    await server.showsSaved('Saved, with an error in line 2: ');
    // Requests do not displace it.
    expect((await live('/style.css')).status).toBe(200);
    // The preview beside the editor may have asked, too.
    await tab.until('the request to be counted', async () =>
      /[1-9]\d* request/.test(await server.logBar()),
    );
    // The preview, where it is shown, meets the error, too.
    expect(await server.logBar()).toMatch(/[1-9]\d* errors?.*routes\/index\.ts:2 /);

    await server.openFile('index.html');
    await tab.launched.guard(tab.page.click('.log summary'));
    await tab.click('button', 'routes/index.ts:2');
    await tab.find('textbox', 'routes/index.ts');
    await tab.until('the line to be selected', () =>
      tab.page.evaluate(() => getSelection()?.toString() === 'const = 2;'),
    );
    await tab.launched.guard(tab.page.keyboard.type('const two = 2;'));
    await server.pressSave();
    await server.showsSaved('Live since');
    await tab.until('the right code', async () => (await live('/')).text === 'one');
    await server.showsSaved('Live since');
    expect(await server.logBar()).not.toContain('error');
    expect(tab.consoleErrors).toEqual([]);
  });

  it('moves to a second tab, and back', async () => {
    const { instance, launched, server } = await createGarden(browserName);
    const second = await ServerTab.open(launched, instance, 'garden');
    await second.isOnline();
    await server.tab.shows('This server now runs in another tab.');
    await second.openFile('index.html');
    await second.replaceText('Hello, world.', 'Hello from the second tab.');
    await second.save();
    const visit = await visitFromNode(instance, 'garden');
    expect((await get(visit, '/')).text).toContain('Hello from the second tab.');

    await server.tab.click('button', 'Run it here');
    await server.isOnline();
    await second.tab.shows('This server now runs in another tab.');
    const later = await visitFromNode(instance, 'garden');
    expect((await get(later, '/')).text).toContain('Hello from the second tab.');
    await server.showsVisitors('1 visitor');
    await second.tab.shows('In another tab');
    expect(await second.tab.text()).not.toContain('0 visitors');
    expect(server.tab.consoleErrors).toEqual([]);
    expect(second.tab.consoleErrors).toEqual([]);
  });

  it('begins with another starter, and counts who comes and goes', async () => {
    const { instance, server, visit, live } = await createGarden(browserName, 'Grocery List');
    expect((await live('/')).text).toContain('<title>Grocery List</title>');
    await server.showsVisitors('1 visitor');
    const others = await Promise.all([1, 2].map(() => visitFromNode(instance, 'garden')));
    await server.showsVisitors('3 visitors');
    for (const other of others) await other.close();
    await server.showsVisitors('1 visitor');
    await visit.close();
    await server.showsVisitors('0 visitors');
  });
});

it('takes files and whole folders dropped from the disk in chromium', async () => {
  const { server, live } = await createGarden('chromium');
  const folder = await temporarySite({
    'index.html': '<h1>Dropped</h1>',
    'deep/er/leaf.txt': 'leaf',
    'deep/.DS_Store': 'litter',
  });
  const files = await temporarySite({ 'beside.txt': 'beside' });
  await dropFromDisk(server.tab, [folder]);
  await server.tab.click('button', 'Replace');
  await server.tab.shows('2 files uploaded and live. Left out: deep/.DS_Store');
  // The folder dropped alone is the site itself.
  expect((await live('/')).text).toBe('<h1>Dropped</h1>');
  expect(await live('/deep/er/leaf.txt')).toMatchObject({ status: 200, text: 'leaf' });

  await dropFromDisk(server.tab, [join(files, 'beside.txt'), join(folder, 'deep')]);
  await server.tab.click('button', 'Replace');
  await server.tab.shows('2 files uploaded and live.');
  expect(await live('/beside.txt')).toMatchObject({ status: 200, text: 'beside' });
  await dropFromDisk(server.tab, [folder, files]);
  await server.tab.shows('3 files uploaded and live.');
  expect(await live(`/${basename(folder)}/deep/er/leaf.txt`)).toMatchObject({ status: 200 });
  expect(server.tab.consoleErrors).toEqual([]);
});
