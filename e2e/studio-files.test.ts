/** The files area of a server's tab. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import type { BrowserName } from './browsers/launch.ts';
import { chooseFiles, dropFromDisk, dropMadeFiles } from './fixtures/drop-files.ts';
import { HELLO_PDF } from './fixtures/pdf.ts';
import { wave } from './fixtures/wave.ts';
import { browserPool } from './instance/browsers.ts';
import { startInstance } from './instance/instance.ts';
import { temporarySite } from './instance/node-hosts.ts';
import { get, visitFromNode } from './instance/node-visitors.ts';
import { HomePage } from './instance/studio.ts';
import { FilesArea } from './instance/studio-files.ts';

const openBrowser = browserPool();
const FONT = '../node_modules/reveal.js/css/theme/fonts/league-gothic/league-gothic.woff';
const TEMPLATE_FILES = [
  'index.html',
  '404.html',
  'style.css',
  'peerserver.json',
  'routes/index.ts',
];

async function createGarden(browserName: BrowserName = 'chromium') {
  const instance = await startInstance();
  const launched = await openBrowser(browserName, 'host');
  const home = await HomePage.open(launched, instance);
  const server = await home.createServer('garden');
  const visit = await visitFromNode(instance, 'garden');
  const live = (target: string) => get(visit, target);
  return { instance, launched, server, tab: server.tab, area: new FilesArea(server), live };
}

describe.each<BrowserName>(['chromium', 'firefox'])('in %s', (browserName) => {
  it('makes, uploads, renames and deletes files, and takes it back', async () => {
    const { server, tab, area, live } = await createGarden(browserName);
    await tab.click('button', 'New page');
    await server.typePath('about');
    await tab.find('textbox', 'about.html');
    await area.hasFiles([...TEMPLATE_FILES, 'about.html']);

    const folder = await temporarySite({ 'leaf.txt': 'green' });
    await chooseFiles(tab, 'Upload files', [join(folder, 'leaf.txt')]);
    await tab.shows('1 file uploaded and live.');
    expect((await live('/leaf.txt')).text).toBe('green');

    await area.focusRow('leaf.txt');
    await area.press('F2');
    await server.typePath('leaves/leaf.txt');
    await tab.find('button', 'Folder leaves');
    expect((await live('/leaves/leaf.txt')).text).toBe('green');

    await area.focusRow('Folder leaves');
    await area.press('Delete');
    await area.hasFiles([...TEMPLATE_FILES, 'about.html']);
    expect((await live('/leaves/leaf.txt')).status).toBe(404);
    await tab.click('button', 'Undo');
    await area.hasFiles([...TEMPLATE_FILES, 'about.html', 'leaves/leaf.txt']);
    expect((await live('/leaves/leaf.txt')).text).toBe('green');
    expect(tab.consoleErrors).toEqual([]);
  });
});

it('shows the groups with what they are for, and adds the right thing to each', async () => {
  const { server, tab, area, live } = await createGarden();
  expect(await area.rows()).toEqual([
    'Pages and assets3',
    'index.html',
    '404.html',
    'style.css',
    'Dynamic Files2',
    'peerserver.json',
    'routes',
    'index.ts',
    'Templates',
    'Database',
    'Tables and queries',
  ]);
  await tab.shows('Pages with gaps that routes fill in.');
  await tab.click('button', 'New route');
  await tab.find('textbox', 'Address');
  await tab.page.keyboard.type('/plants/[id]');
  await area.press('Enter');
  await tab.find('textbox', 'routes/plants/[id].ts');
  await server.save();
  expect((await live('/plants/fern')).text).toContain('fern');
  await tab.click('button', 'New template');
  await server.typePath('plant');
  await tab.find('textbox', 'templates/plant.hbs');
  await tab.click('button', 'New migration');
  await tab.find('textbox', 'What it does');
  await tab.page.keyboard.type('Add plants');
  await area.press('Enter');
  await tab.find('textbox', 'migrations/0001_add_plants.sql');
  await tab.click('button', 'New migration');
  await tab.find('textbox', 'What it does');
  await tab.page.keyboard.type('more');
  await area.press('Enter');
  await tab.find('textbox', 'migrations/0002_more.sql');

  // Folds are remembered.
  await tab.click('button', 'Folder routes');
  await tab.until('the folded folder', async () => {
    return !(await server.files()).includes('routes/index.ts');
  });
  await server.reload();
  await tab.until('the files', async () => (await server.files()).includes('index.html'));
  expect(await server.files()).not.toContain('routes/index.ts');
  await tab.click('button', 'Tables and queries');
  await tab.until('the database', async () => tab.page.url().endsWith('#/database'));
  expect(tab.consoleErrors).toEqual([]);
});

it('is used by keyboard alone: arrows, letters, choosing several', async () => {
  const { tab, area } = await createGarden();
  await area.focusRow('index.html');
  await area.press('ArrowDown');
  await area.hasFocus('404.html');
  await area.press('End');
  await area.hasFocus('Tables and queries');
  await area.press('Home', 'ArrowDown', 's');
  await area.hasFocus('style.css');
  await area.press('Home');
  await tab.page.keyboard.type('pe');
  await area.hasFocus('peerserver.json');
  await area.press('ArrowLeft');
  await area.hasFocus('Dynamic Files2');
  await area.press('ArrowLeft');
  await tab.until('the folded group', async () => !(await area.rows()).join().includes('routes'));
  await area.press('ArrowRight', 'ArrowRight');
  await area.hasFocus('peerserver.json');

  await area.focusRow('index.html');
  await tab.page.keyboard.down('Shift');
  await area.press('ArrowDown', 'ArrowDown');
  await tab.page.keyboard.up('Shift');
  await tab.shows('3 chosen');
  await area.press('Delete');
  await tab.shows('Deleted 3 files.');
  await area.hasFiles(['peerserver.json', 'routes/index.ts']);
  await tab.click('button', 'Undo');
  await area.hasFiles(TEMPLATE_FILES);
  // The menu by its key.
  await area.focusRow('style.css');
  await area.press('ContextMenu');
  await tab.find('menuitem', 'Duplicate');
  await area.press('ArrowDown', 'Enter');
  await tab.find('textbox', 'style-copy.css');
  expect(tab.consoleErrors).toEqual([]);
});

it('leaves the focus where somebody works, and never loses it', async () => {
  const { server, tab, area } = await createGarden();
  await server.openFile('index.html');
  await area.focusRow('index.html');
  await area.press('ArrowDown');
  await area.hasFocus('404.html');
  await server.retype('one');
  await server.showsSaved('Draft saved');
  await tab.page.keyboard.type(' two');
  await server.showsSaved('Draft saved');
  await tab.until('all that was typed in the text', () =>
    tab.page.evaluate(() => document.activeElement?.textContent === 'one two'),
  );

  await area.focusRow('404.html');
  await area.press('Delete');
  await tab.shows('Deleted 404.html.');
  await area.hasFocus('style.css');

  // Of the folder with the visitors' files, the name begins with nothing.
  await area.press('ArrowLeft', 'ContextMenu');
  await tab.click('menuitem', 'New file here…');
  await tab.find('dialog', 'New file');
  expect(await tab.page.$eval('dialog input', (field) => field.value)).toBe('');
  expect(tab.consoleErrors).toEqual([]);
});

it('moves by dialog and by dragging, duplicates, and undoes after something was typed', async () => {
  const { server, tab, area, live } = await createGarden();
  await area.chooseAction('style.css', 'Duplicate');
  await tab.find('textbox', 'style-copy.css');
  await tab.click('button', '404.html');
  await area.clickWith('Control', 'style-copy.css');
  await tab.shows('2 chosen');
  await tab.click('button', 'Move the chosen');
  await tab.find('dialog', 'Move 2 items');
  await tab.page.select('dialog select', 'templates/');
  await tab.click('button', 'Move');
  await area.hasFiles([
    ...TEMPLATE_FILES.filter((name) => name !== '404.html'),
    'templates/404.html',
    'templates/style-copy.css',
  ]);
  await server.openFile('index.html');
  await server.replaceText('Hello, world.', 'Hello, garden.');
  await server.save();
  await tab.click('button', 'Undo');
  await area.hasFiles([...TEMPLATE_FILES, 'style-copy.css']);
  expect((await live('/')).text).toContain('Hello, garden.');

  await area.chooseAction('index.html', 'Rename…');
  await server.typePath('pages/start.html');
  await area.dragTo(
    await tab.find('button', 'style.css'),
    await tab.find('button', 'Folder pages'),
  );
  await tab.until('the file in the folder', async () =>
    (await server.files()).includes('pages/style.css'),
  );
  expect((await live('/pages/style.css')).status).toBe(200);
  expect(tab.consoleErrors).toEqual([]);
});

it('asks before it replaces files, takes drops on a folder, pastes and zips', async () => {
  const { server, tab, area, live } = await createGarden();
  await dropMadeFiles(tab, { 'style.css': 'one', 'new.txt': 'new' });
  await tab.shows('This file is there already');
  await tab.click('button', 'Skip');
  await tab.shows('1 file uploaded and live.');
  expect((await live('/style.css')).text).not.toBe('one');
  await dropMadeFiles(tab, { 'style.css': 'two' });
  await tab.click('button', 'Keep both');
  await tab.until('the second file', async () => (await server.files()).includes('style-2.css'));
  expect((await live('/style-2.css')).text).toBe('two');
  await dropMadeFiles(tab, { 'style.css': 'three' });
  await tab.click('button', 'Replace');
  await tab.until('the new style', async () => (await live('/style.css')).text === 'three');

  await dropMadeFiles(
    tab,
    { 'about.ts': 'export const GET = () => "about";' },
    '[data-row="routes/"]',
  );
  await tab.until('the route', async () => (await server.files()).includes('routes/about.ts'));
  await tab.until('its answer', async () => (await live('/about')).text === 'about');

  await area.focusRow('index.html');
  await area.paste({ 'image.png': [137, 80, 78, 71], 'notes.txt': [104, 105] });
  await tab.shows('2 files uploaded and live.');
  const pasted = (await server.files()).find((name) => name.startsWith('pasted-'));
  expect(pasted).toMatch(/^pasted-\d{4}-\d\d-\d\d-\d{6}\.png$/);
  expect((await live('/notes.txt')).text).toBe('hi');

  const entry = new TextEncoder().encode('from the zip');
  const folder = await temporarySite({ 'site.zip': zipSync({ 'deep/inside.txt': entry }) });
  await dropFromDisk(tab, [join(folder, 'site.zip')]);
  await tab.click('button', 'Unpack');
  await tab.until(
    'what was in it',
    async () => (await live('/deep/inside.txt')).text === 'from the zip',
  );
  await dropFromDisk(tab, [join(folder, 'site.zip')]);
  await tab.click('button', 'Put it as a file');
  await tab.until('the zip', async () => (await server.files()).includes('site.zip'));
  expect(tab.consoleErrors).toEqual([]);
});

it('says it when there is no room, and nothing is lost', async () => {
  const { instance, server, tab, live } = await createGarden();
  const session = await tab.page.createCDPSession();
  const { usage } = await session.send('Storage.getUsageAndQuota', { origin: instance.origin });
  const quotaSize = usage + 2_000_000;
  await session.send('Storage.overrideQuotaForOrigin', { origin: instance.origin, quotaSize });
  const folder = await temporarySite({ 'large.bin': new Uint8Array(8_000_000).fill(7) });
  await chooseFiles(tab, 'Upload files', [join(folder, 'large.bin')]);
  await tab.shows('for the site: nothing was changed.');
  expect(await server.files()).toEqual(TEMPLATE_FILES);
  expect((await live('/')).text).toContain('Hello, world.');
});

it('searches in all files', async () => {
  const { server, tab } = await createGarden();
  await dropMadeFiles(tab, {
    'poem.txt': 'A rose is a rose\nis a rose.\nNo roses here',
    'pack.bin': 'rose\0rose',
    'evil.txt': `${'a'.repeat(40)}!`,
  });
  await tab.shows('3 files uploaded and live.');
  const { keyboard } = tab.page;
  await keyboard.down('Control');
  await keyboard.down('Shift');
  await keyboard.press('f');
  await keyboard.up('Shift');
  await keyboard.up('Control');
  await tab.find('searchbox', 'Search for');
  await keyboard.type('ROSE');
  await tab.shows('3 lines in 1 file. Not searched: 1 file without text.');
  const marked = () =>
    tab.page.$$eval('.result-text mark', (marks) => marks.map((m) => m.textContent));
  expect(await marked()).toEqual(['rose', 'rose', 'rose', 'rose']);
  await tab.click('button', 'Whole words');
  await tab.shows('2 lines in 1 file.');
  await tab.click('button', 'Match case');
  await tab.shows('Nothing found.');
  await tab.click('button', 'Match case');
  await tab.click('button', 'poem.txt: 2 is a rose.');
  await tab.find('textbox', 'poem.txt');
  await tab.until('the line to be selected', () =>
    tab.page.evaluate(() => getSelection()?.toString() === 'is a rose.'),
  );

  const search = async (text: string) => {
    const field = await tab.find('searchbox', 'Search for');
    await field.click({ count: 3 });
    await keyboard.type(text);
  };
  await tab.click('button', 'Regular expression');
  await search('h[0-9]>');
  await tab.shows('3 lines in 3 files.');
  await search('(');
  await tab.shows('This is no regular expression');
  await search('(a+)+$');
  await tab.shows('This expression takes too long');
  await tab.click('button', 'Back to the files');
  expect(await server.files()).toContain('poem.txt');

  // In a folder, with what was looked for before; Escape leads back to where the search is begun.
  const area = new FilesArea(server);
  await tab.click('button', 'Search in all files');
  await tab.click('button', 'Regular expression');
  await search('rose');
  await tab.shows('2 lines in 1 file. Not searched: 1 file without text.');
  await area.press('Escape');
  await area.hasFocus('Search in all files');
  await area.focusRow('Folder routes');
  await area.press('ContextMenu');
  await tab.click('menuitem', 'Search here…');
  await tab.shows('Nothing found.');
  expect(tab.consoleErrors).toEqual([]);
});

it('shows pictures, sound, film, PDF, fonts and facts, and runs nothing of a file', async () => {
  const { server, tab } = await createGarden();
  const dot = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAYAAACddGYaAAAAFUlEQVR4nGP8z8Dwn4GBgYEJRsAAAB8CAgHqjyQpAAAAAElFTkSuQmCC',
    'base64',
  );
  const folder = await temporarySite({
    'dot.png': dot,
    'beep.wav': wave(0.5),
    'film.webm': new Uint8Array(2000),
    'paper.pdf': HELLO_PDF,
    'gothic.woff': await readFile(new URL(FONT, import.meta.url)),
    'data.bin': new Uint8Array(1500),
    'long.txt': `${'a long line\n'.repeat(200_000)}`,
    'trap.svg.png':
      '<svg xmlns="http://www.w3.org/2000/svg"><script>parent.trapped = 1</script></svg>',
  });
  const names = ['dot.png', 'beep.wav', 'film.webm', 'paper.pdf', 'gothic.woff', 'data.bin'];
  const files = [...names, 'long.txt', 'trap.svg.png'].map((name) => join(folder, name));
  await chooseFiles(tab, 'Upload files', files);
  await tab.shows('8 files uploaded and live.');

  await tab.click('button', 'dot.png');
  await tab.find('image', 'Preview of dot.png');
  await tab.shows('3 × 2 pixels');
  await tab.click('button', '100 %');
  await tab.click('button', 'beep.wav');
  await tab.until('the sound', () =>
    tab.page.$eval('.preview audio', (audio) => (audio as HTMLAudioElement).duration > 0.4),
  );
  await tab.click('button', 'film.webm');
  await tab.until('the film', () => tab.page.$('.preview video'));
  await tab.click('button', 'paper.pdf');
  await tab.until('the PDF', () => tab.page.$('iframe[title="Preview of paper.pdf"]'));
  await tab.click('button', 'gothic.woff');
  await tab.find('textbox', 'Sample');
  await tab.until('the font', () =>
    tab.page.evaluate(() => [...document.fonts].some((face) => face.status === 'loaded')),
  );
  await tab.click('button', 'data.bin');
  await tab.shows('There is no preview of this kind of file.');
  await tab.shows('1.5 kB');
  await tab.click('button', 'long.txt');
  await tab.shows('too large to edit here');
  await tab.click('button', 'trap.svg.png');
  await tab.shows('It is no picture that this browser can show.');

  // An SVG is a text with its picture; the picture comes back when the text is mended.
  const svg = (mark: string) =>
    `<svg xmlns="http://www.w3.org/2000/svg" width="4" height="5">${mark}</svg>`;
  const script = '<script>parent.trapped = 1</script>';
  await dropMadeFiles(tab, { 'leaf.svg': svg(script) });
  await tab.shows('1 file uploaded and live.');
  await server.openFile('leaf.svg');
  await tab.find('image', 'Preview of leaf.svg');
  await tab.shows('4 × 5 pixels');
  await server.retype(svg('<rect'));
  await tab.shows('It is no picture that this browser can show.');
  await server.retype(svg('<rect/>'));
  await tab.find('image', 'Preview of leaf.svg');
  expect(await tab.page.evaluate(() => 'trapped' in window)).toBe(false);
  expect(tab.consoleErrors).toEqual([]);
});
