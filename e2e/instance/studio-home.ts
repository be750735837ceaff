import type { HomePage } from './studio.ts';
import { ServerTab } from './studio.ts';
import type { Tab } from './tab.ts';
import { type WhenDone, whenTestIsDone } from './until.ts';

/** The home page's list of servers, its gallery, and what is dropped on it. */
export class HomeServers {
  readonly tab: Tab;
  readonly #whenDone: WhenDone;

  constructor(home: HomePage, whenDone: WhenDone = whenTestIsDone) {
    this.tab = home.tab;
    this.#whenDone = whenDone;
  }

  /** What stands in the field for the name. */
  async name(): Promise<string> {
    const field = await this.tab.find('textbox', 'Server name');
    return this.tab.launched.guard(
      field.evaluate((element) => (element as HTMLInputElement).value),
    );
  }

  /** Does what opens a server's tab, and waits until that is online. */
  async opens(action: () => Promise<void>): Promise<ServerTab> {
    const server = new ServerTab(await this.tab.newTab(action, this.#whenDone), this.#whenDone);
    await server.isOnline();
    return server;
  }

  /** The line of a server as text, as soon as its size is there. */
  line(name: string): Promise<string> {
    return this.tab.until(`the size of ${name}`, async () => {
      const text = await this.tab.page.$$eval(
        '.server-row',
        (rows, wanted) =>
          rows.find((row) => row.querySelector('a')?.textContent === wanted)?.textContent,
        name,
      );
      return text?.includes('file') ? text : undefined;
    });
  }

  /** The servers' names, in their order. */
  names(): Promise<string[]> {
    return this.tab.launched.guard(
      this.tab.page.$$eval('.server-row .server-link', (links) =>
        links.map((link) => link.textContent ?? ''),
      ),
    );
  }

  /** Waits until the focus is in the field of this label, or on something else of this text. */
  async focuses(text: string): Promise<void> {
    await this.tab.until(`the focus at "${text}"`, () =>
      this.tab.page.evaluate((wanted) => {
        const active = document.activeElement;
        const label = active instanceof HTMLInputElement ? active.labels?.[0] : active;
        return active !== document.body && label?.textContent === wanted;
      }, text),
    );
  }

  /** Chooses from a server's menu. */
  async choose(name: string, item: string): Promise<void> {
    await this.tab.click('button', `More for ${name}`);
    await this.tab.click('menuitem', item);
  }

  /** Lets go of a file over the page; a browser lets a script make one, in memory. */
  async drop(name: string, bytes: Uint8Array): Promise<void> {
    await this.tab.launched.guard(
      this.tab.page.evaluate(
        (file, base64) => {
          const content = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File([content], file));
          for (const type of ['dragenter', 'dragover', 'drop']) {
            const event = new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer });
            if (document.body.dispatchEvent(event)) throw new Error(`${type} was not prevented.`);
          }
        },
        name,
        Buffer.from(bytes).toString('base64'),
      ),
    );
  }
}
