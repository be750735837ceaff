/** Every page and state of the studio at three widths, light and dark: to be looked at, and not kept. */
import { it } from 'vitest';
import { walkHome, walkServer } from '../e2e/fixtures/studio-walk.ts';
import { browserPool } from '../e2e/instance/browsers.ts';
import { startInstance } from '../e2e/instance/instance.ts';
import { whenTestIsDone } from '../e2e/instance/until.ts';
import { photograph } from './photograph.ts';

const openBrowser = browserPool();

it.each([
  ['home', walkHome],
  ['the server tab', walkServer],
])('photographs %s', async (_, walk) => {
  const instance = await startInstance();
  const launched = await openBrowser('chromium', 'studio');
  await walk({ launched, instance, look: photograph, whenDone: whenTestIsDone });
});
