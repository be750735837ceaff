/** The frame of the server tab: areas, palette, sharing, the live preview. */
import { describe, expect, it } from 'vitest';
import type { BrowserName } from './browsers/launch.ts';
import { browserPool } from './instance/browsers.ts';
import { startInstance } from './instance/instance.ts';
import { HomePage, type ServerTab } from './instance/studio.ts';
import { HomeServers } from './instance/studio-home.ts';
import { StudioLayout } from './instance/studio-layout.ts';
import { Visitor } from './instance/visitor.ts';

const openBrowser = browserPool();

async function openStudio(browserName: BrowserName, width = 1400) {
  const instance = await startInstance();
  const launched = await openBrowser(browserName, 'host');
  const home = await HomePage.open(launched, instance);
  const server = await home.createServer('garden');
  const layout = new StudioLayout(server);
  await layout.resize(width, 900);
  return { instance, launched, server, layout };
}

/** Opens a file by quick open, types it anew and saves it. */
async function writeFile(
  { server, layout }: { server: ServerTab; layout: StudioLayout },
  name: string,
  text: string,
): Promise<void> {
  await layout.press('Control+p');
  await server.tab.find('combobox', 'File');
  await layout.type(name);
  await layout.press('Enter');
  await server.tab.find('textbox', name);
  await server.tab.launched.guard(server.tab.page.focus('.cm-content'));
  await layout.press('Control+a');
  // Inserted at once: typed brackets would be closed by the editor.
  await server.tab.page.evaluate((all) => document.execCommand('insertText', false, all), text);
  await server.save();
}

describe('in Chromium', () => {
  it('folds and sizes its areas by keyboard, and remembers them', async () => {
    const { server, layout } = await openStudio('chromium');
    const { tab } = server;
    await layout.showsAreas('files', 'editor', 'result');
    const splitter = await tab.find('separator', 'Width of the files');
    await splitter.focus();
    const before = (await layout.widthOf('.area-files')) ?? 0;
    await layout.press('ArrowRight');
    await tab.until('wider files', async () => {
      return (await layout.widthOf('.area-files')) === before + 16;
    });
    await layout.press('End');
    expect(await splitter.evaluate((line) => line.getAttribute('aria-valuenow'))).toBe('480');

    await layout.press('Control+b');
    await layout.showsAreas('editor', 'result');
    await tab.click('button', 'Result area');
    await layout.showsAreas('editor');
    await tab.until('no frame', async () => (await tab.page.$('iframe.preview-frame')) === null);
    await server.reload();
    await layout.showsAreas('editor');
    await tab.click('button', 'Files area');
    await tab.click('button', 'Result area');
    await layout.showsAreas('files', 'editor', 'result');
    expect(await layout.widthOf('.area-files')).toBe(480);
    await tab.click('separator', 'Width of the files');
    const again = await tab.find('separator', 'Width of the files');
    await again.click({ count: 2 });
    await tab.until('the first width', async () => (await layout.widthOf('.area-files')) === 272);

    // With less room two, then one.
    await layout.resize(800, 900);
    await layout.showsAreas('files', 'editor');
    await tab.click('button', 'Result area');
    await layout.showsAreas('editor', 'result');
    await layout.resize(390, 844);
    await tab.click('button', 'Files');
    await layout.showsAreas('files');
    await tab.click('button', 'index.html');
    await layout.showsAreas('editor');
    await tab.click('button', 'Result');
    await layout.showsAreas('result');
    await layout.previewShows('Hello, world.');
    await tab.click('button', 'Log');
    await tab.until('the log', () =>
      tab.page.evaluate(() => {
        return document.querySelector('.log-body')?.checkVisibility();
      }),
    );
    await tab.click('link', 'Database');
    expect(await tab.page.evaluate(() => location.hash)).toBe('#/database');
    await tab.click('button', 'Editor');
    await layout.showsAreas('editor');
    expect(tab.consoleErrors).toEqual([]);
  });

  it('runs commands from the palette, and opens files, by keys alone', async () => {
    const { server, layout } = await openStudio('chromium');
    const { tab } = server;
    await layout.press('Control+k');
    const field = await tab.find('combobox', 'Command');
    expect(await layout.focus()).toBe('Command');
    await layout.type('visi');
    const active = await tab.until('a chosen command', async () =>
      field.evaluate((input) => {
        const id = input.getAttribute('aria-activedescendant');
        return document.getElementById(id ?? '')?.textContent;
      }),
    );
    expect(active).toContain('Go to Visitors');
    await layout.press('Enter');
    await tab.until('the visitors', async () => new URL(tab.page.url()).hash === '#/visitors');
    await tab.until('a focus', async () => (await layout.focus()) !== 'body');
    await layout.press('Alt+1');

    // What was used last comes first.
    await layout.press('F1');
    await tab.find('combobox', 'Command');
    const first = await tab.page.$eval('[role=option]', (option) => option.textContent);
    expect(first).toContain('Go to Visitors');
    await layout.type('zzz');
    await tab.shows('No command matches.');
    await layout.press('Escape');
    await tab.until('no palette', async () => (await tab.page.$('dialog')) === null);

    await layout.press('Control+k');
    await tab.find('combobox', 'Command');
    await layout.type('open file');
    await layout.press('Enter');
    await tab.find('combobox', 'File');
    await tab.until('the focus in it', async () => (await layout.focus()) === 'File');
    await layout.press('Escape');
    await tab.until('no palette', async () => (await tab.page.$('dialog')) === null);

    await layout.press('Control+p');
    await tab.find('combobox', 'File');
    await layout.type('style:3');
    await layout.press('Enter');
    await tab.find('textbox', 'style.css');

    // In the editor the page's keys still work, and what writes is written.
    await layout.press('Control+j');
    await tab.until('the log', () =>
      tab.page.evaluate(() => {
        return document.querySelector('.log-body')?.checkVisibility();
      }),
    );
    await tab.click('link', 'Visitors');
    await layout.press('Shift+?');
    await tab.shows('Keyboard shortcuts');
    await tab.shows('Open file');
    expect(tab.consoleErrors).toEqual([]);
  });

  it('shares the address as a QR code, and pauses the site for its visitors', async () => {
    const { instance, server, layout } = await openStudio('chromium');
    const { tab } = server;
    const guest = await openBrowser('chromium', 'visitor');
    const visitor = await Visitor.open(guest, instance.shareUrl('garden'));
    await visitor.sees('Hello, world.');

    await tab.click('button', 'Share');
    const address = instance.shareUrl('garden');
    const code = await tab.find('image', `QR code of ${address}`);
    const size = await tab.until('the code', () =>
      code.evaluate((svg) => {
        const [, , width = '0'] = svg.getAttribute('viewBox')?.split(' ') ?? [];
        return Number(width) > 1 ? Number(width) : undefined;
      }),
    );
    // Version 3, as up to 42 bytes of level M need, and four light modules around.
    expect(size).toBe(29 + 2 * 4);
    await tab.shows('This address works on this computer only.');
    await tab.click('button', 'Pause');
    await tab.shows('Paused: visitors are told to come back later.');
    await visitor.reload();
    await visitor.sees('paused');
    await layout.press('Escape');

    await tab.click('button', 'Server');
    await tab.click('menuitem', 'Resume serving');
    await visitor.reload();
    await visitor.sees('Hello, world.');
    await layout.previewShows('Hello, world.');
  });

  it('previews what is saved: styles without a reload, all else with one', async () => {
    const studio = await openStudio('chromium');
    const { server, layout } = studio;
    await layout.previewShows('Hello, world.');
    const entries = await layout.historyLength();
    const tall = '<div style="height: 3000px"></div>';
    await writeFile(
      studio,
      'index.html',
      `<!doctype html><link rel="stylesheet" href="/style.css"><h1>One</h1><a href="/two.html">on</a>
      <form method="post" action="/echo"><input name="word" value="a &amp; b"><button>Send</button></form>${tall}`,
    );
    await layout.previewShows('One');
    await layout.inPreview(() => {
      scrollTo(0, 1200);
      Object.assign(window, { marker: 'still here' });
    });

    await writeFile(studio, 'style.css', 'h1 { color: rgb(1, 2, 3); }');
    await server.tab.until('the new style', async () => {
      const colour = await layout.inPreview(() => {
        const heading = document.querySelector('h1');
        return heading && getComputedStyle(heading).color;
      });
      return colour === 'rgb(1, 2, 3)';
    });
    expect(await layout.inPreview(() => Reflect.get(window, 'marker'))).toBe('still here');

    await writeFile(
      studio,
      'index.html',
      `<!doctype html><link rel="stylesheet" href="/style.css"><h1>Two</h1><a href="/two.html">on</a>
      <form method="post" action="/echo"><input name="word" value="a &amp; b"><button>Send</button></form>${tall}`,
    );
    await layout.previewShows('Two');
    expect(await layout.inPreview(() => Reflect.get(window, 'marker'))).toBeUndefined();
    await server.tab.until(
      'the place',
      async () => (await layout.inPreview(() => scrollY)) === 1200,
    );

    // A sheet that no link brings is shown by another load.
    await writeFile(
      studio,
      'index.html',
      '<!doctype html><style>@import "/style.css"</style><h1>Imported</h1>',
    );
    await layout.previewShows('Imported');
    await writeFile(studio, 'style.css', 'h1 { color: rgb(4, 5, 6); }');
    await server.tab.until('the imported style', async () => {
      const colour = await layout.inPreview(() => {
        const heading = document.querySelector('h1');
        return heading && getComputedStyle(heading).color;
      });
      return colour === 'rgb(4, 5, 6)';
    });

    // A route's new code is what the preview shows, and what is clicked there is not the studio's history.
    await writeFile(
      studio,
      'routes/index.ts',
      `export const GET = () => 'from <a id="on" href="/echo?x=1#there">the route</a> <form method="post" action="/echo"><input name="word" value="a &amp; b"><button>Send</button></form>';`,
    );
    await layout.previewShows('from the route');
    expect(await layout.historyLength()).toBe(entries);
    await layout.inPreview(() => document.querySelector<HTMLElement>('#on')?.click());
    await server.tab.until('the address', async () => {
      const field = await server.tab.find('textbox', 'Path of the page');
      return (
        (await field.evaluate((input) => (input as HTMLInputElement).value)) === '/echo?x=1#there'
      );
    });
    await layout.inPreview(() => {
      history.pushState({ step: 1 }, '', '/pushed');
      history.pushState({ step: 2 }, '', '/pushed-again');
    });
    await server.tab.click('button', 'Back');
    await server.tab.click('button', 'Back');
    expect(await layout.historyLength()).toBe(entries);
    expect(server.tab.page.url()).toContain('/server/garden');
  });

  it('sends a form in the preview, without an entry in the history', async () => {
    const studio = await openStudio('chromium');
    const { server, layout } = studio;
    await layout.previewShows('Hello, world.');
    const entries = await layout.historyLength();
    await writeFile(
      studio,
      'routes/index.ts',
      `export const GET = () => '<base href="/elsewhere/"><form method="post" enctype="multipart/form-data"><input name="word" value="ü &amp; b"><button>Send</button></form>';
export const POST = async (context) => 'got ' + (await context.form()).word;`,
    );
    await server.tab.until('the form', () =>
      layout.inPreview(() => document.querySelector('button')?.textContent === 'Send'),
    );
    await layout.inPreview(() => document.querySelector('button')?.click());
    await layout.previewShows('got ü & b');
    expect(await layout.inPreview(() => location.hash)).toBe('');
    expect(await layout.historyLength()).toBe(entries);
  });
});

describe('the preview of a server that was deleted and made anew under its name', () => {
  it.each<BrowserName>(['chromium', 'firefox'])('shows the new one in %s', async (browserName) => {
    const { launched, instance, server, layout } = await openStudio(browserName);
    await layout.previewShows('Hello, world.');
    await server.close();
    const home = await HomePage.open(launched, instance);
    const servers = new HomeServers(home);
    await servers.line('garden');
    await servers.choose('garden', 'Delete…');
    await home.tab.click('button', 'Delete server');
    await home.tab.shows('garden is deleted.');
    const again = await home.createServer('garden', 'Grocery List');
    const layoutAgain = new StudioLayout(again);
    await layoutAgain.resize(1400, 900);
    // It knows another key by this name, and has another site's pages in its storage.
    await layoutAgain.previewShows('Grocery List');
    await layoutAgain.previewShows('Rye bread');
  });
});

describe('in Firefox', () => {
  it('previews the site, and what is saved', async () => {
    const studio = await openStudio('firefox');
    const { layout } = studio;
    await layout.previewShows('Hello, world.');
    const entries = await layout.historyLength();
    await writeFile(studio, 'index.html', '<!doctype html><h1>Hello, Firefox.</h1>');
    await layout.previewShows('Hello, Firefox.');
    expect(await layout.historyLength()).toBe(entries);
  });
});
