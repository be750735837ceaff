import type { Frame } from 'puppeteer-core';
import type { ServerTab } from './studio.ts';

/** The frame around a server: its areas, the preview, the palette. */
export class StudioLayout {
  constructor(readonly server: ServerTab) {}

  /** Gives the tab a size, in CSS pixels. */
  async resize(width: number, height: number): Promise<void> {
    const { tab } = this.server;
    await tab.launched.guard(tab.page.bringToFront());
    await tab.launched.guard(tab.page.setViewport({ width, height }));
  }

  /** Presses keys together: `Control+k`, `Shift+?`, `Escape`. */
  async press(keys: string): Promise<void> {
    const { launched, page } = this.server.tab;
    const held = keys.split('+');
    const key = held.pop() ?? '';
    const down = held as ('Control' | 'Alt' | 'Shift')[];
    await launched.guard(page.bringToFront());
    for (const one of down) await launched.guard(page.keyboard.down(one));
    await launched.guard(page.keyboard.press(key as 'Enter'));
    for (const one of down.reverse()) await launched.guard(page.keyboard.up(one));
  }

  async type(text: string): Promise<void> {
    const { launched, page } = this.server.tab;
    await launched.guard(page.keyboard.type(text));
  }

  /** What has the focus: its name, or what it is; `body` when nothing has it. */
  focus(): Promise<string> {
    const { launched, page } = this.server.tab;
    return launched.guard(
      page.evaluate(() => {
        const active = document.activeElement;
        if (!active || active === document.body) return 'body';
        const label = active.getAttribute('aria-label') ?? active.textContent ?? '';
        return label.trim().slice(0, 60) || active.tagName;
      }),
    );
  }

  /** Width of an element, CSS pixels; undefined while it is not drawn. */
  widthOf(selector: string): Promise<number | undefined> {
    const { launched, page } = this.server.tab;
    return launched.guard(
      page.evaluate((wanted) => {
        const width = document.querySelector(wanted)?.getBoundingClientRect().width;
        return width || undefined;
      }, selector),
    );
  }

  /** The areas that are drawn, of files, editor, result. */
  shownAreas(): Promise<string[]> {
    const { launched, page } = this.server.tab;
    return launched.guard(
      page.evaluate(() =>
        ['files', 'editor', 'result'].filter((area) =>
          document.querySelector(`.area-${area}`)?.checkVisibility(),
        ),
      ),
    );
  }

  async showsAreas(...areas: string[]): Promise<void> {
    await this.server.tab.until(
      `the areas ${areas.join(', ')}`,
      async () => (await this.shownAreas()).join() === areas.join(),
    );
  }

  /** The site's page in the preview, as far as it is there. */
  previewPage(): Frame | undefined {
    const { page } = this.server.tab;
    // The studio, the preview's shell, and in that the site.
    return page.frames().find((frame) => frame.parentFrame()?.parentFrame() === page.mainFrame());
  }

  /** What the preview's page gives; undefined while it is loading. */
  async inPreview<T>(look: () => T): Promise<T | undefined> {
    try {
      return await this.previewPage()?.evaluate(look);
    } catch {
      // It has just gone to another page.
      return undefined;
    }
  }

  /** Waits until the preview shows the text. */
  async previewShows(text: string): Promise<void> {
    await this.server.tab.until(`the preview to show "${text}"`, async () => {
      const shown = await this.inPreview(() => document.body?.innerText ?? '');
      return shown?.includes(text);
    });
  }

  /** The studio's own history. */
  historyLength(): Promise<number> {
    const { launched, page } = this.server.tab;
    return launched.guard(page.evaluate(() => history.length));
  }
}
