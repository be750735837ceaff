import type { Browser, ElementHandle, Page } from 'puppeteer-core';

/** How long the studio may take for one step, milliseconds; storing a large file is one. */
const STEP_MS = 120_000;

/**
 * Makes a server in a browser as a person does: home page, name, template, then the files are uploaded.
 * @returns the server's tab
 */
export async function openServerTab(
  browser: Browser,
  appUrl: string,
  name: string,
  uploads: readonly string[],
): Promise<Page> {
  const tab = await createServerTab(browser, appUrl, name);
  // The input behind the button "Upload files", which is hidden: only the button is for people.
  const input = await find(tab, 'input[aria-label="Files to upload"]');
  await (await input.toElement('input')).uploadFile(...uploads);
  await tab.waitForSelector(`::-p-text(${uploads.length} files uploaded)`);
  return tab;
}

/** Makes an empty server in a browser as a person does. @returns its tab */
export async function createServerTab(
  browser: Browser,
  appUrl: string,
  name: string,
): Promise<Page> {
  const home = await browser.newPage();
  home.setDefaultTimeout(STEP_MS);
  await home.goto(appUrl);
  await (await find(home, 'aria/Server name')).type(name);
  await (await find(home, 'aria/Create PeerServer')).click();
  const opened = browser.waitForTarget((target) => target.url().endsWith(`/server/${name}`), {
    timeout: STEP_MS,
  });
  await (await find(home, 'aria/Empty Template')).click();
  const tab = await (await opened).page();
  if (tab === null) throw new Error('The server did not open in a tab.');
  tab.setDefaultTimeout(STEP_MS);
  await find(tab, 'input[aria-label="Files to upload"]');
  await home.close();
  return tab;
}

/** Waits for an element. Not puppeteer's locators, whose waiting for stillness never ends in Firefox. */
async function find(page: Page, selector: string): Promise<ElementHandle> {
  const element = await page.waitForSelector(selector);
  if (element === null) throw new Error(`The page has no ${selector}.`);
  return element;
}
