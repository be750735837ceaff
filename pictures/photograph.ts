/** Photographs of a tab at the widths of a desk, a tablet and a phone, light and dark. */
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Frame, Page } from 'puppeteer-core';
import type { Tab } from '../e2e/instance/tab.ts';

export const SIZES = [
  { width: 1440, height: 900 },
  { width: 820, height: 1180 },
  { width: 390, height: 844 },
] as const;

export const SCHEMES = ['light', 'dark'] as const;

/** A preview may load a few times after a save, and each round takes two frames or longer. */
const MAX_ROUNDS = 20;

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
      const path = `${FOLDER}${name}-${width}-${scheme}.png` as const;
      // Only of what is longer than the window: for this the browser makes it higher, and the studio fits itself in.
      const fullPage = await tab.page.$eval('html', (html) => html.scrollHeight > innerHeight);
      await tab.page.screenshot({ path, fullPage });
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

/**
 * Resolves when what is drawn is what shall be seen: in each frame fonts are there, transitions are over, and two
 * frames have passed.
 * A frame that loads another page meanwhile is waited for anew: a preview does so whenever something was saved.
 */
export async function settled(page: Page): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const left = await Promise.all(page.frames().map(wasLeft));
    if (!left.includes(true)) return;
  }
  throw new Error('A frame of the page loads again and again.');
}

/** Waits for a frame's drawing; true when it loaded another page meanwhile, or is there no more. */
async function wasLeft(frame: Frame): Promise<boolean> {
  try {
    await frame.evaluate(async () => {
      await document.fonts.ready;
      // Colours fade to those of the other scheme.
      const fading = document.getAnimations().filter((one) => one instanceof CSSTransition);
      await Promise.allSettled(fading.map((transition) => transition.finished));
      for (let drawing = 0; drawing < 2; drawing += 1) {
        await new Promise((drawn) => {
          requestAnimationFrame(drawn);
          // A frame that is not shown, such as the one in which a site's code runs, is never drawn.
          setTimeout(drawn, 500);
        });
      }
    });
    return false;
  } catch (thrown) {
    // What is said then has many forms; of the page itself it would be a fault.
    if (frame === frame.page().mainFrame()) throw thrown;
    return true;
  }
}
