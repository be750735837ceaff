/** What a checker of accessibility (axe-core) has against any page of the studio, light and dark. */
import { expect, it } from 'vitest';
import { type Look, walkHome, walkServer } from './fixtures/studio-walk.ts';
import { axeFindings } from './instance/axe.ts';
import { browserPool } from './instance/browsers.ts';
import { startInstance } from './instance/instance.ts';
import { whenTestIsDone } from './instance/until.ts';

const openBrowser = browserPool();

/** On a desk and on a phone, where other parts are shown. */
const WIDTHS = [1440, 390];

it.each([
  ['home page and the pages around it', walkHome],
  ['server tab', walkServer],
])('finds nothing on the %s', { timeout: 240_000 }, async (_, walk) => {
  const instance = await startInstance();
  const launched = await openBrowser('chromium', 'studio');
  const findings: string[] = [];
  const looked: string[] = [];
  const look: Look = async (tab, name) => {
    looked.push(name);
    for (const width of WIDTHS) {
      await tab.page.setViewport({ width, height: 900 });
      const found = await axeFindings(tab);
      findings.push(...found.map((finding) => `${name} at ${width}: ${finding}`));
    }
    await tab.page.setViewport({ width: 1440, height: 900 });
  };
  await walk({ launched, instance, look, whenDone: whenTestIsDone });
  expect(looked.length).toBeGreaterThan(10);
  expect(findings).toEqual([]);
});
