import puppeteer, { type Browser } from 'puppeteer-core';
import type { LaunchedBrowser } from '../../e2e/browsers/launch.ts';

/**
 * A browser as it is driven while it is measured: in Chromium without the reports of every request and
 * every piece of a body, which alone add more than half a millisecond to a small one. Firefox allows one
 * driver only, which is then returned.
 */
export async function controlQuietly({ name, browser }: LaunchedBrowser): Promise<Browser> {
  if (name === 'firefox') return browser;
  return puppeteer.connect({
    browserWSEndpoint: browser.wsEndpoint(),
    networkEnabled: false,
    defaultViewport: null,
  });
}
