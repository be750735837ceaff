import type { ServerTab } from './studio.ts';
import type { Tab } from './tab.ts';

/** The log at the foot of a server's tab. */
export class LogPanel {
  readonly #tab: Tab;

  constructor(server: ServerTab) {
    this.#tab = server.tab;
  }

  /** Unfolds it. */
  async open(): Promise<void> {
    await this.#tab.launched.guard(this.#tab.page.click('.log summary'));
    await this.#tab.find('searchbox', 'Filter log');
  }

  /** The lines that are drawn, newest first: time, method, path, status, size, duration, visitor. */
  rows(): Promise<string[][]> {
    return this.#tab.launched.guard(
      this.#tab.page.$$eval('.log-table tbody tr', (rows) =>
        rows.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent ?? '')),
      ),
    );
  }

  /** Paths and messages, newest first. */
  async texts(): Promise<string[]> {
    return (await this.rows()).map((cells) => cells[2] ?? '');
  }

  /** Waits until each of these is part of an entry. */
  async has(...texts: string[]): Promise<void> {
    await this.#tab.until(`the log to have ${texts.join(', ')}`, async () => {
      const entries = await this.texts();
      return texts.every((text) => entries.some((entry) => entry.includes(text)));
    });
  }

  /** Waits until the newest entry is this path or message. */
  async showsFirst(text: string): Promise<void> {
    await this.#tab.until(`${text} at the log's top`, async () => {
      const [first] = await this.texts();
      return first === text;
    });
  }

  /** Types in place of what stands in the filter. */
  async filter(text: string): Promise<void> {
    const { launched, page } = this.#tab;
    const field = await this.#tab.find('searchbox', 'Filter log');
    await launched.guard(field.click({ count: 3 }));
    await launched.guard(page.keyboard.press('Backspace'));
    await launched.guard(page.keyboard.type(text));
  }

  /** One of `All`, `Requests`, `Errors`, `Console`. */
  choose(choice: string): Promise<void> {
    return this.#tab.click('radio', choice);
  }

  /** Text of the details that are shown. */
  async details(): Promise<string> {
    await this.#tab.find('region', 'Details of the entry');
    return this.#tab.launched.guard(
      this.#tab.page.$eval('.log-details', (element) => (element as HTMLElement).innerText),
    );
  }

  /** Height of the open log, CSS pixels. */
  height(): Promise<number> {
    return this.#tab.launched.guard(
      this.#tab.page.$eval('.log-body', (element) => element.getBoundingClientRect().height),
    );
  }
}

/** The page of visitors in a server's tab. */
export class VisitorsView {
  readonly #tab: Tab;

  constructor(server: ServerTab) {
    this.#tab = server.tab;
  }

  async open(): Promise<void> {
    await this.#tab.click('link', 'Visitors');
    await this.#tab.find('heading', 'Visitors');
  }

  /** The lines of the table: visitor, since when, route, data, round trip, requests. */
  rows(): Promise<string[][]> {
    return this.#tab.launched.guard(
      this.#tab.page.$$eval('.visitor-table tbody tr', (rows) =>
        rows.map((row) =>
          [...row.querySelectorAll<HTMLElement>('th, td')].map((cell) =>
            cell.innerText.replace(/\s+/g, ' ').trim(),
          ),
        ),
      ),
    );
  }

  /** Waits until the table has lines with these labels, in this order, the author's own aside; returns them. */
  async shows(...labels: string[]): Promise<string[][]> {
    return this.#tab.until(`the visitors ${labels.join(', ') || 'none'}`, async () => {
      const rows = (await this.rows()).filter(([name]) => !name?.startsWith('You'));
      const found = rows.map(([name]) => /^Visitor \d+/.exec(name ?? '')?.[0]);
      return found.join() === labels.join() ? rows : undefined;
    });
  }

  /** What the charts say to those who do not see them. */
  charts(): Promise<string[]> {
    return this.#tab.launched.guard(
      this.#tab.page.$$eval('.chart svg', (charts) =>
        charts.map((chart) => chart.getAttribute('aria-label') ?? ''),
      ),
    );
  }
}
