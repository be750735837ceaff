import type { ServerTab } from './studio.ts';

/** The editor of a server's tab, found and used by its accessible names. */
export class StudioEditor {
  constructor(readonly server: ServerTab) {}

  get #tab() {
    return this.server.tab;
  }

  /** Makes a file by the button of the file list, and waits for its editor. */
  async create(name: string): Promise<void> {
    await this.#tab.click('button', 'New file');
    await this.server.typePath(name);
    await this.#tab.find('textbox', name);
  }

  /** Types over all text of the open file. */
  async retype(text: string): Promise<void> {
    await this.server.retype(text);
  }

  /** Types where the cursor is. */
  async type(text: string): Promise<void> {
    await this.#tab.launched.guard(this.#tab.page.keyboard.type(text));
  }

  /** Presses a key while others are held, such as `['Control', 'Space']`. */
  async press(...keys: string[]): Promise<void> {
    const { keyboard } = this.#tab.page;
    const held = keys.slice(0, -1);
    const guard = <T>(work: Promise<T>) => this.#tab.launched.guard(work);
    for (const key of held) await guard(keyboard.down(key as 'Control'));
    await guard(keyboard.press(keys.at(-1) as 'a'));
    for (const key of held.reverse()) await guard(keyboard.up(key as 'Control'));
  }

  /** Waits until the open file has colours. */
  async isColoured(): Promise<void> {
    await this.#tab.until('colours', () => this.#tab.page.$('.cm-line span[class]'));
  }

  /** The tabs' accessible names, the selected one with a star before it. */
  tabs(): Promise<string[]> {
    return this.#tab.launched.guard(
      this.#tab.page.$$eval('[role=tab]', (tabs) =>
        tabs.map((tab) => {
          const star = tab.getAttribute('aria-selected') === 'true' ? '*' : '';
          return `${star}${tab.getAttribute('aria-label')}`;
        }),
      ),
    );
  }

  /** Waits until the tabs are these. */
  async showsTabs(...names: string[]): Promise<void> {
    await this.#tab.until(
      `the tabs ${names.join(' | ')}`,
      async () => (await this.tabs()).join(' | ') === names.join(' | '),
    );
  }

  /** The texts that are underlined, each with the number of its line. */
  underlined(): Promise<string[]> {
    return this.#tab.launched.guard(
      this.#tab.page.$$eval('.cm-lintRange', (ranges) =>
        ranges.map((range) => {
          const line = range.closest('.cm-line');
          const lines = [...document.querySelectorAll('.cm-line')];
          return `${line ? lines.indexOf(line) + 1 : 0} ${range.textContent}`;
        }),
      ),
    );
  }

  /** Waits until exactly these texts are underlined. */
  async showsUnderlined(...texts: string[]): Promise<void> {
    await this.#tab.until(
      `underlined: ${texts.join(', ') || 'nothing'}`,
      async () => (await this.underlined()).join() === texts.join(),
    );
  }

  /** Waits until the text of the editor, its lines joined, is this. */
  async showsText(text: string): Promise<void> {
    await this.#tab.until(
      `the text ${JSON.stringify(text)}`,
      async () => (await this.text()) === text,
    );
  }

  /** All lines of the open file that are drawn. */
  async text(): Promise<string> {
    const lines = await this.#tab.launched.guard(
      this.#tab.page.$$eval('.cm-content > .cm-line', (drawn) =>
        drawn.map((line) => line.textContent),
      ),
    );
    return lines.join('\n');
  }
}
