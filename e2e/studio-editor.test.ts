/** What an author finds in the editor: languages, problems, tabs, changes. */
import { describe, expect, it } from 'vitest';
import type { BrowserName } from './browsers/launch.ts';
import { serverOfFiles } from './fixtures/tab-project.ts';
import { browserPool } from './instance/browsers.ts';
import { startInstance } from './instance/instance.ts';
import { get, visitFromNode } from './instance/node-visitors.ts';
import { HomePage } from './instance/studio.ts';
import { StudioEditor } from './instance/studio-editor.ts';

const openBrowser = browserPool();

async function createGarden(browserName: BrowserName) {
  const instance = await startInstance();
  const home = await HomePage.open(await openBrowser(browserName, 'host'), instance);
  const server = await home.createServer('garden');
  const editor = new StudioEditor(server);
  // A visit of its own for each look: a reload of the server's tab ends those that are under way.
  const live = async (target: string) => get(await visitFromNode(instance, 'garden'), target);
  return { server, editor, live };
}

describe('the editor in chromium', () => {
  it('colours each language and offers what fits', async () => {
    const { server, editor } = await createGarden('chromium');
    const { tab } = server;
    /** Types text, asks, and takes one of what is offered. */
    const complete = async (text: string, option: string, ask = true): Promise<void> => {
      await editor.retype(text);
      await editor.isColoured();
      if (ask) await editor.press('Control', 'Space');
      await tab.click('option', option);
    };

    await editor.create('migrations/0001_plants.sql');
    await complete('CREATE TABLE plants (id INTEGER PRIMARY KEY, name TEXT);\nSELECT pl', 'plants');
    await server.showsSaved('Draft saved');
    await editor.create('page.html');
    await complete('<p class="a">text</p><sty', 'style');
    await complete('<link href="/', '/style.css');
    await editor.retype('<script>const a = "coloured, too";</script>');
    await tab.until('the colours of the script', () =>
      tab.page.$$eval('.cm-line span', (spans) =>
        spans.some((span) => span.textContent === '"coloured, too"'),
      ),
    );
    await editor.create('more.css');
    await complete('a { colo', 'color');
    await editor.create('data.json');
    await editor.retype('{ "a": 1 }');
    await editor.isColoured();
    await editor.create('notes.md');
    await editor.retype('# Title');
    await editor.isColoured();
    await editor.create('templates/plant.hbs');
    await complete('<h1>{{#eac', '#each', false);
    await editor.create('routes/plants.ts');
    await complete("export const GET = ({ render }) => render('", 'plant');
    await complete('GET', 'GET data', false);
    expect(await editor.text()).toContain('export const GET: Route = async ({ sql }) => {');
    expect(tab.consoleErrors).toEqual([]);
  });

  it('underlines what is wrong until it is right', async () => {
    const { server, editor } = await createGarden('chromium');
    const { tab } = server;
    await server.openFile('routes/index.ts');
    await editor.retype('export const GET = () => greet();\nimport { greet } from "./nobody";');
    await server.pressSave();
    // Nobody but the compiler knows that there is no such file.
    await server.showsSaved('Saved, with an error in line 2: ');
    await editor.showsUnderlined('2 "');
    await tab.find('button', '1 problem');
    await editor.press('F8');
    await tab.until('the message below the text', () =>
      tab.page.$eval('.editor-message', (message) => /nobody/.test(message.textContent)),
    );
    await editor.retype('export const GET = () => "Hello";');
    await server.pressSave();
    await server.showsSaved('Live since');
    await editor.showsUnderlined();

    await server.openFile('index.html');
    await editor.retype('<main><h1>Garden</h1>');
    await editor.showsUnderlined('1 <main>');
    await editor.retype('<main></main>');
    await editor.showsUnderlined();
    await server.openFile('peerserver.json');
    await editor.retype('{\n  "format": 1,\n  "fetch": "some"\n}');
    await editor.showsUnderlined('3 "fetch": "some"');
    await editor.create('templates/a.hbs');
    await editor.retype('{{#if a}}\n{{/each}}');
    await tab.find('button', '1 problem');
    expect(tab.consoleErrors).toEqual([]);
  });

  it('puts texts in order, and finds and replaces', async () => {
    const { server, editor } = await createGarden('chromium');
    const { tab } = server;
    await server.openFile('style.css');
    await editor.retype('a{color:red}');
    await tab.click('button', 'Format');
    await editor.showsText('a {\n  color: red;\n}\n');
    await editor.retype('a { color: ');
    await editor.create('one.sql');
    await editor.retype('select a from b');
    await editor.press('Shift', 'Alt', 'f');
    await editor.showsText('SELECT\n  a\nFROM\n  b\n');
    await server.openFile('routes/index.ts');
    await editor.retype('const = 1;');
    await tab.click('button', 'Format');
    await tab.shows('The text was left as it is');
    await editor.press('Control', 'f');
    await tab.find('textbox', 'Find');
    await editor.type('1');
    await tab.click('textbox', 'Replace with');
    await editor.type('2');
    await tab.click('button', 'Replace all');
    await editor.showsText('const = 2;');
    expect(tab.consoleErrors).toEqual([]);
  });

  it('keeps the ends of lines, refuses what is no UTF-8, and publishes nothing that is not in sight', async () => {
    const instance = await startInstance();
    const home = await HomePage.open(await openBrowser('chromium', 'host'), instance);
    const server = await serverOfFiles(home, 'windows', {
      'style.css': 'a{color:red}\r\nb{top:0}\r\n',
      'latin.txt': new Uint8Array([0x66, 0xfc, 0x72]),
    });
    const { tab } = server;
    const editor = new StudioEditor(server);
    const visit = await visitFromNode(instance, 'windows');
    const liveText = async () => (await get(visit, '/style.css')).text;
    await server.openFile('style.css');
    await tab.click('button', 'Format');
    await editor.showsText('a {\n  color: red;\n}\nb {\n  top: 0;\n}\n');
    await server.save();
    expect(await liveText()).toBe('a {\r\n  color: red;\r\n}\r\nb {\r\n  top: 0;\r\n}\r\n');

    // By habit, on a page where the file is not to be seen.
    await server.retype('half done');
    await server.showsSaved('Draft saved');
    await tab.click('link', 'Visitors');
    await tab.find('heading', 'Visitors');
    await server.pressSave();
    await tab.click('link', 'Site');
    await tab.find('textbox', 'style.css');
    expect(await liveText()).toContain('color: red');
    await server.showsSaved('Draft');

    await tab.click('button', 'latin.txt');
    await tab.shows('This file is not UTF-8 text');
    expect([...(await get(visit, '/latin.txt')).bytes]).toEqual([0x66, 0xfc, 0x72]);
  });

  it('keeps tabs and drafts over a reload, and shows and discards single changes', async () => {
    const { server, editor, live } = await createGarden('chromium');
    const { tab } = server;
    await server.openFile('style.css');
    await server.openFile('index.html');
    await editor.showsTabs('*index.html');
    await server.replaceText('Hello, world.', 'Hello, draft.');
    await server.openFile('404.html');
    await server.replaceText('Page not found', 'Nothing here');
    await editor.showsTabs('index.html, not live', '*404.html, not live');
    // A tab keeps its own history.
    await tab.click('tab', 'index.html, not live');
    await tab.find('textbox', 'index.html');
    // Slow typing is undone in several steps.
    const pressUntil = (key: string, text: string) =>
      tab.until(text, async () => {
        await editor.press('Control', key);
        return (await editor.text()).includes(text);
      });
    await pressUntil('z', 'Hello, world.');
    await pressUntil('y', 'Hello, draft.');
    await server.reload();
    await editor.showsTabs('*index.html, not live', '404.html, not live');
    expect(await editor.text()).toContain('Hello, draft.');

    await server.replaceText('My PeerServer', 'My Garden');
    await tab.click('button', 'Show changes');
    await tab.shows('2 changes');
    await tab.click('button', 'Discard this change');
    await tab.shows('1 change');
    expect(await editor.text()).toContain('My PeerServer');
    expect(await editor.text()).toContain('Hello, draft.');
    await tab.click('button', 'Show changes');

    await tab.click('button', 'Publish all');
    await tab.shows('2 files are live.');
    await editor.showsTabs('*index.html', '404.html');
    expect((await live('/index.html')).text).toContain('Hello, draft.');
    expect((await live('/nothing')).text).toContain('Nothing here');

    await server.replaceText('Hello, draft.', 'Hello, mistake.');
    await server.showsSaved('Draft saved');
    await tab.click('button', 'Discard all');
    await tab.click('button', 'Discard all changes');
    await tab.until('the live text', async () => (await editor.text()).includes('Hello, draft.'));
    await tab.click('button', 'Undo');
    await tab.until('the draft', async () => (await editor.text()).includes('Hello, mistake.'));
    expect(tab.consoleErrors).toEqual([]);
  });

  it('follows files that are renamed and deleted, and closes tabs by keys', async () => {
    const { server, editor } = await createGarden('chromium');
    const { tab } = server;
    await editor.create('one.txt');
    await editor.type('first');
    await editor.create('two.txt');
    await editor.type('second');
    await editor.showsTabs('one.txt, not live', '*two.txt, not live');
    await tab.click('button', 'Rename');
    await server.typePath('deep/three.txt');
    await tab.find('textbox', 'deep/three.txt');
    // A draft it was, and a draft it is: a new name makes nothing live.
    await editor.showsTabs('one.txt, not live', '*deep/three.txt, not live');
    await tab.until('the typing undone', async () => {
      await editor.press('Control', 'z');
      return (await editor.text()) === '';
    });
    await tab.click('button', 'Delete');
    await editor.showsTabs('*one.txt, not live');
    await editor.showsText('first');
    await tab.click('tab', 'one.txt, not live');
    await editor.press('Delete');
    await editor.showsTabs();
    await tab.click('button', 'Change index.html Open the file and write in it.');
    await tab.find('textbox', 'index.html');
    expect(tab.consoleErrors).toEqual([]);
  });
});

it('edits, makes live and switches between tabs in firefox', async () => {
  const { server, editor, live } = await createGarden('firefox');
  await server.openFile('index.html');
  await server.replaceText('Hello, world.', 'Hello, garden.');
  await server.save();
  expect((await live('/index.html')).text).toContain('Hello, garden.');
  await server.openFile('style.css');
  await editor.showsTabs('index.html', '*style.css');
  await server.tab.click('tab', 'index.html');
  await server.tab.find('textbox', 'index.html');
  await editor.showsTabs('*index.html', 'style.css');
  expect(await editor.text()).toContain('Hello, garden.');
  expect(server.tab.consoleErrors).toEqual([]);
});
