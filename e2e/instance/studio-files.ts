import type { ElementHandle } from 'puppeteer-core';
import type { ServerTab } from './studio.ts';

/** The files area of a server's tab. */
export class FilesArea {
  constructor(readonly server: ServerTab) {}

  get #tab() {
    return this.server.tab;
  }

  /** The rows in sight from the first to the last, as they are read: `Pages and assets`, `index.html`. */
  rows(): Promise<string[]> {
    return this.#tab.launched.guard(
      this.#tab.page.$$eval('.file-list [data-key]', (buttons) =>
        buttons.map((button) => button.textContent ?? ''),
      ),
    );
  }

  /** Puts the focus on a row by its button's name, with nothing done to it. */
  async focusRow(name: string): Promise<void> {
    const row = await this.#tab.find('button', name);
    await this.#tab.launched.guard(row.focus());
  }

  /** Waits until the row of this name has the focus. */
  async hasFocus(name: string): Promise<void> {
    await this.#tab.until(`the focus on ${name}`, async () => (await this.focused()) === name);
  }

  /** The name of what has the focus. */
  focused(): Promise<string> {
    return this.#tab.launched.guard(
      this.#tab.page.evaluate(() => {
        const element = document.activeElement;
        return element?.getAttribute('aria-label') ?? element?.textContent ?? '';
      }),
    );
  }

  async press(...keys: readonly Parameters<ServerTab['tab']['page']['keyboard']['press']>[0][]) {
    for (const key of keys) await this.#tab.launched.guard(this.#tab.page.keyboard.press(key));
  }

  /** Clicks a row while a key is held. */
  async clickWith(key: 'Control' | 'Shift', name: string): Promise<void> {
    const { launched, page } = this.#tab;
    const row = await this.#tab.find('button', name);
    await launched.guard(page.keyboard.down(key));
    await launched.guard(row.click());
    await launched.guard(page.keyboard.up(key));
  }

  /** Chooses from the menu of a file. */
  async chooseAction(file: string, action: string): Promise<void> {
    await this.#tab.click('button', `Actions for ${file}`);
    await this.#tab.click('menuitem', action);
  }

  /** Drags a row onto another and lets it go. Chromium only. */
  async dragTo(from: ElementHandle<Element>, to: ElementHandle<Element>): Promise<void> {
    await this.#tab.launched.guard(to.drop(from));
  }

  /** Pastes files, as if the clipboard held them, where the focus is. */
  async paste(files: Readonly<Record<string, readonly number[]>>): Promise<void> {
    await this.#tab.launched.guard(
      this.#tab.page.evaluate((made) => {
        const clipboardData = new DataTransfer();
        for (const [name, bytes] of Object.entries(made)) {
          const type = name.endsWith('.png') ? 'image/png' : '';
          clipboardData.items.add(new File([new Uint8Array(bytes)], name, { type }));
        }
        const event = new ClipboardEvent('paste', {
          bubbles: true,
          cancelable: true,
          clipboardData,
        });
        (document.activeElement ?? document.body).dispatchEvent(event);
      }, files),
    );
  }

  /** Waits until the list has these files and no others, in any order. */
  async hasFiles(names: readonly string[]): Promise<void> {
    await this.#tab.until(`the files ${names.join(', ')}`, async () => {
      const files = await this.server.files();
      return files.toSorted().join() === names.toSorted().join();
    });
  }
}
