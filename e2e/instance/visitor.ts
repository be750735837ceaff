import type { Frame } from 'puppeteer-core';
import type { LaunchedBrowser } from '../browsers/launch.ts';
import { Tab } from './tab.ts';
import { type UntilOptions, type WhenDone, whenTestIsDone } from './until.ts';

/** What a visited page got for a fetch that came to its end. */
export interface Fetched {
  readonly status: number;
  readonly bytes: number;
  /** SHA-256 of the body in hexadecimal. */
  readonly sha256: string;
}

/** Somebody at a site: a tab with the shell, and the site in the shell's frame. */
export class Visitor {
  constructor(readonly tab: Tab) {}

  /** Opens a site's address, or its share address, in a tab of its own. */
  static async open(
    launched: LaunchedBrowser,
    url: string,
    whenDone: WhenDone = whenTestIsDone,
  ): Promise<Visitor> {
    return new Visitor(await Tab.open(launched, url, whenDone));
  }

  /** Errors on the consoles of shell and site. */
  get consoleErrors(): readonly string[] {
    return this.tab.consoleErrors;
  }

  /** The frame that shows the site; its `evaluate` runs in the site's page. */
  get frame(): Frame {
    const { page } = this.tab;
    const frame = page.frames().find((one) => one.parentFrame() === page.mainFrame());
    if (!frame) throw new Error('There is no frame for the site.');
    return frame;
  }

  /** Waits until the site's page shows the text. */
  async sees(text: string, options?: UntilOptions): Promise<void> {
    await this.tab.until(
      `the site to show "${text}"`,
      async () => {
        const { page, screen } = await this.#state();
        return screen === undefined && page.text.includes(text);
      },
      { describe: async () => JSON.stringify(await this.#state(), null, 2), ...options },
    );
  }

  /** Waits until the site's page has loaded with all its scripts, which may stand behind what is seen. */
  async isComplete(): Promise<void> {
    await this.tab.until('the whole page', () =>
      this.frame.evaluate(
        () => document.readyState === 'complete' && document.URL !== 'about:blank',
      ),
    );
  }

  /** Waits until the shell shows its own page of this title instead of the site; returns the page's text. */
  seesScreen(title: string, options?: UntilOptions): Promise<string> {
    return this.tab.until(
      `the screen "${title}"`,
      async () => {
        const { screen } = await this.#state();
        return screen?.startsWith(title) ? screen : undefined;
      },
      { describe: async () => JSON.stringify(await this.#state(), null, 2), ...options },
    );
  }

  /** Waits until the banner over the site shows the text; `null`: until there is none. */
  async seesBanner(text: string | null, options?: UntilOptions): Promise<void> {
    await this.tab.until(
      `the banner ${text}`,
      async () => {
        const { banner } = await this.#state();
        return text === null ? banner === undefined : banner?.includes(text) === true;
      },
      { describe: async () => JSON.stringify(await this.#state(), null, 2), ...options },
    );
  }

  /** Where the frame is: `about:blank` while nothing of the site is shown. */
  frameAddress(): Promise<string> {
    return this.tab.launched.guard(
      this.tab.page.evaluate(() => {
        const frame = document.querySelector<HTMLIFrameElement>('#site');
        return frame?.contentWindow?.location.href ?? 'no frame';
      }),
    );
  }

  /** Clicks a link of the site by its text. */
  async clickLink(text: string): Promise<void> {
    await this.tab.launched.guard(this.tab.page.bringToFront());
    const link = await this.tab.until(`the link "${text}"`, async () => {
      const found = await this.frame.$(`a ::-p-text(${text})`);
      return found ?? (await this.frame.$(`a::-p-text(${text})`)) ?? undefined;
    });
    await this.tab.launched.guard(link.click());
  }

  reload(): Promise<void> {
    return this.tab.reload();
  }

  /** As the browser's button does; wait for what it brings with `sees`. */
  async back(): Promise<void> {
    await this.tab.launched.guard(this.tab.page.evaluate(() => history.back()));
  }

  async forward(): Promise<void> {
    await this.tab.launched.guard(this.tab.page.evaluate(() => history.forward()));
  }

  /** What stands in the address bar. */
  address(): Promise<string> {
    return this.tab.launched.guard(this.tab.page.evaluate(() => location.href));
  }

  title(): Promise<string> {
    return this.tab.title();
  }

  /** Fetches from within the site's page, and reads to the end. Rejects when the page's fetch does. */
  fetch(path: string): Promise<Fetched> {
    const fetched = this.frame.evaluate(async (url) => {
      const response = await fetch(url);
      const body = await response.arrayBuffer();
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', body));
      const sha256 = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
      return { status: response.status, bytes: body.byteLength, sha256 };
    }, path);
    return this.tab.launched.guard(fetched);
  }

  /** What the tab shows at the moment. */
  async #state() {
    const { page } = this.tab;
    const state = await page.evaluate(() => {
      const shown = (selector: string): string | undefined => {
        const element = document.querySelector<HTMLElement>(selector);
        if (!element || element.hidden) return undefined;
        return element.textContent.replace(/\s+/g, ' ').trim();
      };
      const site = document.querySelector<HTMLIFrameElement>('#site')?.contentDocument;
      const text = site?.body?.innerText ?? '';
      return {
        address: location.href,
        screen: shown('#screen'),
        banner: shown('#banner'),
        page: { address: site?.location.href, text },
      };
    });
    return { ...state, consoleErrors: this.consoleErrors };
  }
}
