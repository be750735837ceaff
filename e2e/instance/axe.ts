/** What axe-core, a checker of accessibility, has against a page. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Frame } from 'puppeteer-core';
import type { Tab } from './tab.ts';

const source = await readFile(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
);

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly help: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
  }[];
}

/**
 * Everything that axe finds on the page as it is now, light and dark; nothing moves meanwhile. An empty list
 * is what a test wants. Frames within it are left out.
 * @param within a part of the page, as a selector; all of it by default
 * @param frame of the page, by default the page itself
 */
export async function axeFindings(
  tab: Tab,
  within = 'html',
  frame: Frame = tab.page.mainFrame(),
): Promise<string[]> {
  const { launched, page } = tab;
  await launched.guard(page.bringToFront());
  // A colour on its way from the scheme before has no contrast to be judged.
  await launched.guard(frame.evaluate(withoutTransitions));
  const findings: string[] = [];
  for (const scheme of ['light', 'dark']) {
    await launched.guard(
      page.emulateMediaFeatures([
        { name: 'prefers-color-scheme', value: scheme },
        { name: 'prefers-reduced-motion', value: 'reduce' },
      ]),
    );
    // What is being drawn just now gets its colours with the next frames.
    await launched.guard(
      page.evaluate(
        () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))),
      ),
    );
    await launched.guard(frame.evaluate(source));
    const json = await launched.guard(
      frame.evaluate(`axe.run(${JSON.stringify(within)}, { iframes: false }).then(JSON.stringify)`),
    );
    const { violations } = JSON.parse(String(json)) as AxeResult;
    for (const { id, help, nodes } of violations) {
      for (const { html, failureSummary } of nodes) {
        findings.push(`${scheme} ${id}: ${help}\n${html}\n${failureSummary ?? ''}`);
      }
    }
  }
  await launched.guard(page.emulateMediaFeatures([]));
  return findings;
}

/**
 * Runs in the page. Its colours change at once from now on: in a tab that another has just covered Chromium may
 * never end a transition.
 */
function withoutTransitions(): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('*, ::before, ::after { transition: none !important }');
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
