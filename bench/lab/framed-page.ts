import type { Browser, Frame, Page } from 'puppeteer-core';

/** How long a visited page may take to appear, milliseconds. */
const APPEAR_MS = 60_000;

/** A page inside the frame of another one, as every visited page is. */
export class FramedPage {
  readonly page: Page;
  readonly #frame: Frame;

  private constructor(page: Page, frame: Frame) {
    this.page = page;
    this.#frame = frame;
  }

  /** Opens `url` in a tab of its own and waits for the page in its frame. */
  static async open(browser: Browser, url: string): Promise<FramedPage> {
    const page = await browser.newPage();
    await page.goto(url);
    const { origin } = new URL(url);
    const frame = await page.waitForFrame(
      (candidate) => candidate.parentFrame() !== null && candidate.url().startsWith(origin),
      { timeout: APPEAR_MS },
    );
    await frame.waitForFunction(() => document.readyState === 'complete', { timeout: APPEAR_MS });
    return new FramedPage(page, frame);
  }

  /** Fetches `path` and reads its body to the end. @returns milliseconds; rejects unless it has `bytes` */
  async transfer(path: string, bytes: number): Promise<number> {
    await this.page.bringToFront();
    return this.#frame.evaluate(
      async (url, expected) => {
        const start = performance.now();
        const response = await fetch(url, { cache: 'no-store' });
        if (response.status !== 200 || response.body === null) {
          throw new Error(`${url} was answered with the status ${response.status}.`);
        }
        const reader = response.body.getReader();
        let received = 0;
        for (let next = await reader.read(); !next.done; next = await reader.read()) {
          received += next.value.byteLength;
        }
        const ms = performance.now() - start;
        if (received !== expected)
          throw new Error(`${url} has ${received} bytes: not all of them.`);
        return ms;
      },
      path,
      bytes,
    );
  }

  /** Fetches `path` `count` times, one after the other. @returns milliseconds of each */
  async request(path: string, bytes: number, count: number): Promise<number[]> {
    await this.page.bringToFront();
    return this.#frame.evaluate(
      async (url, expected, times) => {
        const samples: number[] = [];
        while (samples.length < times) {
          const start = performance.now();
          const response = await fetch(url, { cache: 'no-store' });
          const body = await response.arrayBuffer();
          samples.push(performance.now() - start);
          if (response.status !== 200 || body.byteLength !== expected) {
            throw new Error(`${url}: status ${response.status}, ${body.byteLength} bytes.`);
          }
        }
        return samples;
      },
      path,
      bytes,
      count,
    );
  }
}
