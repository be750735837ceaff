import type { LaunchedBrowser } from '../browsers/launch.ts';
import { serverOfFiles } from '../fixtures/tab-project.ts';
import { type Instance, startInstance } from './instance.ts';
import { get, visitFromNode } from './node-visitors.ts';
import { HomePage, type ServerTab } from './studio.ts';
import type { Tab } from './tab.ts';

/** The server tab's database page. */
export class DatabasePage {
  constructor(readonly tab: Tab) {}

  /** Opens the page by its link, and waits until the database is open. */
  static async open(server: ServerTab): Promise<DatabasePage> {
    const page = new DatabasePage(server.tab);
    await server.tab.click('link', 'Database');
    await server.tab.find('button', 'Query');
    return page;
  }

  async openTable(name: string): Promise<void> {
    await this.tab.click('button', name);
    await this.tab.find('grid', `Rows of ${name}`);
  }

  /** Types SQL in place of what stands in the editor and runs it; resolves when there is a result. */
  async query(sql: string): Promise<string> {
    await this.typeQuery(sql);
    // Results of the query before may stand there still.
    await this.#guard(
      this.tab.page.$eval('.db-results', (results) => {
        Reflect.set(window, 'hasNewResults', false);
        const observer = new MutationObserver(() => {
          observer.disconnect();
          Reflect.set(window, 'hasNewResults', true);
        });
        observer.observe(results, { childList: true, subtree: true, characterData: true });
      }),
    );
    await this.press('Control+Enter');
    await this.tab.until('the query to end', () =>
      this.tab.page.evaluate(
        () =>
          Reflect.get(window, 'hasNewResults') === true &&
          !document.querySelector('.db-results')?.textContent?.startsWith('Running'),
      ),
    );
    return this.results();
  }

  async typeQuery(sql: string): Promise<void> {
    await this.tab.click('button', 'Query');
    await this.tab.find('textbox', 'SQL');
    await this.#guard(this.tab.page.focus('.db-editor .cm-content'));
    await this.press('Control+a');
    await this.#guard(
      this.tab.page.evaluate((text) => document.execCommand('insertText', false, text), sql),
    );
  }

  /** All text below the editor. */
  results(): Promise<string> {
    return this.#guard(
      this.tab.page.$eval('.db-results', (element) => (element as HTMLElement).innerText),
    );
  }

  /** The grid's rows, each cell as text; without the boxes. */
  rows(): Promise<string[][]> {
    return this.#guard(
      this.tab.page.$$eval('.db-grid tbody tr', (rows) =>
        rows.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent ?? '')),
      ),
    );
  }

  async showsRows(rows: readonly (readonly string[])[]): Promise<void> {
    const wanted = JSON.stringify(rows);
    await this.tab.until(
      `the rows ${wanted}`,
      async () => JSON.stringify(await this.rows()) === wanted,
    );
  }

  /** Brings the focus to a cell, counted from 0; column 0 has the boxes, row -1 is the header. */
  async goTo(row: number, column: number): Promise<void> {
    const cell = `[data-cell="${row},${column}"]`;
    await this.tab.until(`the cell ${row},${column}`, () => this.tab.page.$(cell));
    await this.#guard(this.tab.page.focus(cell));
  }

  /** The cell that has the focus, as `row,column`. */
  focused(): Promise<string | undefined> {
    return this.#guard(
      this.tab.page.evaluate(() => (document.activeElement as HTMLElement)?.dataset.cell),
    );
  }

  /** Keys one after the other: `Enter`, `Control+a`. */
  async press(...keys: readonly string[]): Promise<void> {
    const { keyboard } = this.tab.page;
    for (const key of keys) {
      const parts = key.split('+') as Parameters<typeof keyboard.press>[0][];
      const last = parts.pop();
      if (last === undefined) continue;
      for (const part of parts) await this.#guard(keyboard.down(part));
      await this.#guard(keyboard.press(last));
      for (const part of parts.reverse()) await this.#guard(keyboard.up(part));
    }
  }

  async type(text: string): Promise<void> {
    await this.#guard(this.tab.page.keyboard.type(text));
  }

  /** Edits a cell from the keyboard: Enter, the text, Enter. Resolves when the cell shows it. */
  async edit(row: number, column: number, text: string): Promise<void> {
    await this.goTo(row, column);
    await this.press('Enter');
    await this.tab.until('the field', () => this.tab.page.$('.db-cell-input input'));
    await this.press('Control+a');
    await this.type(text);
    await this.press('Enter');
  }

  /** Chooses a file in a field of this name, as the browser's own window does. */
  async choose(field: string, name: string, bytes: Uint8Array | string): Promise<void> {
    await this.tab.until(`the field ${field}`, () =>
      this.tab.page.$(`input[aria-label="${field}"]`),
    );
    await this.#guard(
      this.tab.page.$eval(
        `input[aria-label="${field}"]`,
        (input, file, content) => {
          const transfer = new DataTransfer();
          const chosen = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
          transfer.items.add(new File([chosen], file));
          (input as HTMLInputElement).files = transfer.files;
          input.dispatchEvent(new Event('change', { bubbles: true }));
        },
        name,
        Buffer.from(bytes).toString('base64'),
      ),
    );
  }

  #guard<T>(work: Promise<T>): Promise<T> {
    return this.tab.launched.guard(work);
  }
}

/** A project in a tab, with a visitor. */
export interface ProjectInTab {
  readonly instance: Instance;
  readonly server: ServerTab;
  get(target: string): ReturnType<typeof get>;
}

/** Makes a server of these files. */
export async function openProject(
  launched: LaunchedBrowser,
  files: Readonly<Record<string, string>>,
): Promise<ProjectInTab> {
  const instance = await startInstance();
  const home = await HomePage.open(launched, instance);
  const server = await serverOfFiles(home, 'garden', {
    'peerserver.json': '{ "format": 1 }',
    ...files,
  });
  const visit = await visitFromNode(instance, 'garden');
  return { instance, server, get: (target) => get(visit, target) };
}
