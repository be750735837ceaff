/** The whole way from the home page to a friend's view, without a mouse. */
import type { Page } from 'puppeteer-core';
import { expect, it } from 'vitest';
import { browserPool } from './instance/browsers.ts';
import { startInstance } from './instance/instance.ts';
import { HomePage, ServerTab } from './instance/studio.ts';
import { StudioLayout } from './instance/studio-layout.ts';
import type { Tab } from './instance/tab.ts';
import { whenTestIsDone } from './instance/until.ts';
import { Visitor } from './instance/visitor.ts';

const openBrowser = browserPool();
/** Stops of the Tab key on the longest way of the studio, and some more. */
const MAX_STOPS = 60;

/** What has the focus: role-like name, and whether a person sees it. */
function focused(page: Page): Promise<{ name: string; tag: string; seen: boolean }> {
  return page.evaluate(() => {
    const active = document.activeElement;
    if (!(active instanceof HTMLElement) || active === document.body) {
      return { name: '', tag: 'body', seen: false };
    }
    const label = active.getAttribute('aria-label') ?? active.textContent ?? '';
    // A ring of its own, or around what a card's name stretches over.
    const ringed = [undefined, '::before', '::after'].some((part) => {
      const { outlineStyle, outlineWidth } = getComputedStyle(active, part);
      return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) > 0;
    });
    // The editor and the palette's field show it by a line of theirs, and by their caret.
    const own = active.matches('.cm-content, .palette-field, [role=menu]');
    const { width, height } = active.getBoundingClientRect();
    const seen = (ringed || own) && width > 0;
    return { name: label.trim(), tag: active.tagName, seen: seen && height > 0 };
  });
}

/** Presses Tab until the focus is on what has this name, and sees to it that a person can follow. */
async function tabTo(tab: Tab, name: string): Promise<void> {
  const { launched, page } = tab;
  await launched.guard(page.bringToFront());
  const passed: string[] = [];
  for (let stop = 0; stop < MAX_STOPS; stop += 1) {
    const now = await launched.guard(focused(page));
    // Behind the page's last stop the browser's own bars have their turn.
    if (stop > 0 && now.tag !== 'body') {
      expect(now, `after ${passed.join(', ')}`).toMatchObject({ seen: true });
    }
    if (now.name === name) return;
    passed.push(now.name || now.tag);
    await launched.guard(page.keyboard.press('Tab'));
  }
  throw new Error(`The Tab key does not lead to "${name}", only to: ${passed.join(', ')}`);
}

it('leads from a name to a friend’s view by keyboard alone', async () => {
  const instance = await startInstance();
  const launched = await openBrowser('chromium', 'host');
  const home = await HomePage.open(launched, instance);
  await tabToField(home.tab, 'server-name');
  await home.tab.page.keyboard.type('garden');
  await home.tab.page.keyboard.press('Enter');
  await home.tab.find('button', 'Empty Template');
  const tab = await home.tab.newTab(async () => {
    await tabTo(home.tab, 'Empty Template');
    await home.tab.page.keyboard.press('Enter');
  }, whenTestIsDone);
  const server = new ServerTab(tab);
  const layout = new StudioLayout(server);
  await server.isOnline();
  await layout.resize(1400, 900);

  // The file, by its name in the list; a tab may have it open already.
  await tab.find('button', 'index.html');
  await layout.press('Control+p');
  await tab.find('combobox', 'File');
  await layout.type('index.html');
  await layout.press('Enter');
  await tab.find('textbox', 'index.html');
  await tab.until('the editor to have the focus', async () => {
    return (await focused(tab.page)).name === 'index.html';
  });
  await layout.press('Control+Home');
  await layout.press('Control+a');
  await layout.type('<!doctype html><h1>Written by keys');
  await layout.press('Control+s');
  await server.showsSaved('Live');
  expect((await focused(tab.page)).name).toBe('index.html');

  // The log, and away again: the focus stays where it was.
  await layout.press('Control+j');
  await tab.until('the log', () =>
    tab.page.evaluate(() => document.querySelector('.log-body')?.checkVisibility()),
  );
  expect((await focused(tab.page)).tag).not.toBe('body');
  await layout.press('Control+j');

  // A command by the palette, whose focus comes back when it is left.
  await layout.press('Control+k');
  await tab.find('combobox', 'Command');
  await layout.press('Escape');
  await tab.until('no palette', async () => (await tab.page.$('dialog')) === null);
  expect((await focused(tab.page)).name).toBe('index.html');
  await layout.press('Control+k');
  await tab.find('combobox', 'Command');
  await layout.type('share');
  await layout.press('Enter');
  await tab.find('dialog', 'Share garden');
  await tabTo(tab, 'Done');
  await layout.press('Enter');
  await tab.until('the focus to be back', async () => (await focused(tab.page)).tag !== 'body');

  // The menu of the server opens and closes by keys, and gives the focus back to its button.
  // Tab writes in the editor; Escape before it leads out.
  await layout.press('Escape');
  await tabTo(tab, 'Server');
  await layout.press('Enter');
  await tab.until('the first item', async () => (await focused(tab.page)).name === 'Pause serving');
  await layout.press('ArrowUp');
  expect((await focused(tab.page)).name).toBe('Delete…');
  await layout.press('Escape');
  expect((await focused(tab.page)).name).toBe('Server');

  const friend = await openBrowser('chromium', 'visitor');
  const visitor = await Visitor.open(friend, instance.shareUrl('garden'));
  await visitor.sees('Written by keys');
  expect(tab.consoleErrors).toEqual([]);
});

/** Presses Tab until the focus is in the field with this id. */
async function tabToField({ launched, page }: Tab, id: string): Promise<void> {
  for (let stop = 0; stop < MAX_STOPS; stop += 1) {
    const now = await launched.guard(page.evaluate(() => document.activeElement?.id));
    if (now === id) return;
    await launched.guard(page.keyboard.press('Tab'));
  }
  throw new Error(`The Tab key does not lead to the field ${id}.`);
}
