import type { ElementHandle, Page } from 'puppeteer-core';
import type { LaunchedBrowser } from '../browsers/launch.ts';
import { type UntilOptions, until, type WhenDone } from './until.ts';

/** Something that went wrong in a tab. */
export interface TabError {
  readonly text: string;
  /** What it is about, or where it comes from; empty when the browser does not say. */
  readonly url: string;
}

/** How long a navigation may take, in ms: so long only when the machine stands still. */
const NAVIGATION_MS = 90_000;

/** A tab of a browser that may die: everything asked of it then rejects with BrowserDied. */
export class Tab {
  /** Errors on the console, and exceptions that nobody caught, in order. */
  readonly errors: TabError[] = [];
  /** Requests answered with a status from 400 on (`404`), or not at all (`net::ERR_FAILED`), in order. */
  readonly failedRequests: TabError[] = [];

  constructor(
    readonly launched: LaunchedBrowser,
    readonly page: Page,
  ) {
    page.setDefaultNavigationTimeout(NAVIGATION_MS);
    page.on('console', (message) => {
      if (message.type() !== 'error') return;
      this.errors.push({ text: message.text(), url: message.location().url ?? '' });
    });
    page.on('pageerror', (error) => {
      const text = error instanceof Error ? error.message : String(error);
      this.errors.push({ text, url: '' });
    });
    page.on('response', (response) => {
      if (response.status() < 400) return;
      this.failedRequests.push({ text: String(response.status()), url: response.url() });
    });
    page.on('requestfailed', (request) => {
      const text = request.failure()?.errorText ?? 'failed';
      this.failedRequests.push({ text, url: request.url() });
    });
  }

  /** The texts of `errors`. */
  get consoleErrors(): string[] {
    return this.errors.map((error) => error.text);
  }

  /** Opens an address in a new tab, which is closed when the test is over. */
  static async open(launched: LaunchedBrowser, url: string, whenDone: WhenDone): Promise<Tab> {
    const tab = new Tab(launched, await launched.guard(launched.browser.newPage()));
    whenDone(() => tab.close());
    await launched.guard(tab.page.goto(url, { waitUntil: 'domcontentloaded' }));
    return tab;
  }

  /** Does what opens another tab, and gives that tab once it is at an address. */
  async newTab(action: () => Promise<void>, whenDone: WhenDone): Promise<Tab> {
    const { browser } = this.launched;
    const before = new Set(await this.launched.guard(browser.pages()));
    await action();
    const page = await this.until('another tab', async () => {
      const pages = await browser.pages();
      return pages.find((one) => !before.has(one) && one.url().startsWith('http'));
    });
    const tab = new Tab(this.launched, page);
    whenDone(() => tab.close());
    return tab;
  }

  /** `until` that ends at once when the browser dies. */
  until<T>(
    what: string,
    probe: () => Promise<T | undefined | false>,
    options?: UntilOptions,
  ): Promise<T> {
    return this.launched.guard(until(what, probe, { describe: () => this.describe(), ...options }));
  }

  /**
   * The element with this role and accessible name, as soon as it is there. Shows the tab first: Chromium has
   * no accessible names for hidden ones.
   */
  async find(role: string, name: string): Promise<ElementHandle<Element>> {
    await this.launched.guard(this.page.bringToFront());
    return this.until(`the ${role} "${name}"`, async () => {
      const handle = await this.page.$(`::-p-aria([name="${name}"][role="${role}"])`);
      return handle ?? undefined;
    });
  }

  /** Clicks the element with this role and accessible name, as soon as it can be clicked. */
  async click(role: string, name: string): Promise<void> {
    const element = await this.find(role, name);
    await this.launched.guard(element.click());
  }

  /** Types over what stands in a dialog's field, and confirms with Enter. */
  async answer(field: string, text: string): Promise<void> {
    const element = await this.find('textbox', field);
    await this.launched.guard(element.evaluate((input) => (input as HTMLInputElement).select()));
    await this.launched.guard(element.type(text));
    await this.launched.guard(this.page.keyboard.press('Enter'));
  }

  /** All text that the page shows. */
  text(): Promise<string> {
    return this.launched.guard(this.page.evaluate(() => document.body.innerText));
  }

  /** Waits until the page shows the text somewhere. */
  async shows(text: string): Promise<void> {
    await this.until(`the text "${text}"`, async () => (await this.text()).includes(text));
  }

  title(): Promise<string> {
    return this.launched.guard(this.page.title());
  }

  /**
   * Resolves when the new page has been parsed. The driver's word alone is not enough: in Firefox the shell's
   * `replaceState` in `beforeunload` ends its wait while the old page still stands (docs/discoveries.md).
   */
  async reload(): Promise<void> {
    await this.until('the page to be reloaded', async () => {
      await this.page.evaluate(() => Reflect.set(window, 'isOld', true));
      return true;
    });
    await this.launched.guard(this.page.reload({ waitUntil: 'domcontentloaded' }));
    await this.until('the reloaded page', () =>
      this.page.evaluate(() => !Reflect.has(window, 'isOld') && document.readyState !== 'loading'),
    );
  }

  async close(): Promise<void> {
    if (!this.page.isClosed() && this.launched.browser.connected) await this.page.close();
  }

  /** The state of things, for a failed test's message. */
  protected async describe(): Promise<string> {
    const text = await this.text();
    return `${this.launched.name} at ${this.page.url()} shows:\n${text}\nconsole errors: ${this.consoleErrors.join('\n') || 'none'}`;
  }
}
