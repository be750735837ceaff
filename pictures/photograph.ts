/** Photographs of a tab at the widths of a desk, a tablet and a phone, light and dark. */
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'puppeteer-core';
import type { Tab } from '../e2e/instance/tab.ts';

export const SIZES = [
  { width: 1440, height: 900 },
  { width: 820, height: 1180 },
  { width: 390, height: 844 },
] as const;

export const SCHEMES = ['light', 'dark'] as const;

const FOLDER = fileURLToPath(new URL('screens/', import.meta.url));

/** Writes `<name>-<width>-<scheme>.png` for each size and scheme; the tab has the first size afterwards. */
export async function photograph(tab: Tab, name: string): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  await tab.page.bringToFront();
  for (const { width, height } of SIZES) {
    await tab.page.setViewport({ width, height });
    for (const scheme of SCHEMES) {
      await emulateScheme(tab.page, scheme);
      await settled(tab.page);
      await tab.page.screenshot({ path: `${FOLDER}${name}-${width}-${scheme}.png` });
    }
  }
  await tab.page.setViewport(SIZES[0]);
}

/** As if the person had chosen so in the system; without motion, so that a picture is no accident. */
export function emulateScheme(page: Page, scheme: (typeof SCHEMES)[number]): Promise<void> {
  return page.emulateMediaFeatures([
    { name: 'prefers-color-scheme', value: scheme },
    { name: 'prefers-reduced-motion', value: 'reduce' },
  ]);
}

/** Resolves when what is drawn is what shall be seen: in each frame fonts are there, and two frames have passed. */
export async function settled(page: Page): Promise<void> {
  for (const frame of page.frames()) {
    await frame.evaluate(async () => {
      await document.fonts.ready;
      for (let drawing = 0; drawing < 2; drawing += 1) {
        await new Promise((drawn) => {
          requestAnimationFrame(drawn);
          // A frame that is not shown, such as the one in which a site's code runs, is never drawn.
          setTimeout(drawn, 500);
        });
      }
    });
  }
}
