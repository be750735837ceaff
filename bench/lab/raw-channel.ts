import type { Browser, Page } from 'puppeteer-core';
// Only the type of `window.rawEnd`: the code runs in the page.
import type {} from '../pages/raw-end.ts';

/** Bytes of a ping and of its echo: those of the small file. */
const PING_BYTES = 1024;

/** A data channel between two plain pages, one in each browser. */
export interface RawChannel {
  /** @returns milliseconds for that many bytes from host to visitor */
  transfer(bytes: number): Promise<number>;
  /** @returns milliseconds of each echo */
  ping(count: number): Promise<number[]>;
}

/** Opens the page at `url` in both browsers and connects them. */
export async function openRawChannel(
  host: Browser,
  visitor: Browser,
  url: string,
): Promise<RawChannel> {
  const hostPage = await openRawPage(host, url);
  const visitorPage = await openRawPage(visitor, url);
  const offer = await visitorPage.evaluate(() => window.rawEnd.offer());
  const answer = await hostPage.evaluate((sdp) => window.rawEnd.answer(sdp), offer);
  await hostPage.evaluate(() => window.rawEnd.serve());
  await visitorPage.evaluate((sdp) => window.rawEnd.accept(sdp), answer);
  await visitorPage.evaluate(() => window.rawEnd.opened());
  return {
    async transfer(bytes) {
      await hostPage.bringToFront();
      await visitorPage.bringToFront();
      return visitorPage.evaluate((wanted) => window.rawEnd.receive(wanted), bytes);
    },
    async ping(count) {
      await hostPage.bringToFront();
      await visitorPage.bringToFront();
      return visitorPage.evaluate(
        (bytes, times) => window.rawEnd.ping(bytes, times),
        PING_BYTES,
        count,
      );
    },
  };
}

async function openRawPage(browser: Browser, url: string): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(url);
  await page.waitForFunction(() => window.rawEnd !== undefined);
  return page;
}
