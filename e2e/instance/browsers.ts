import { afterAll } from 'vitest';
import { type BrowserName, type LaunchedBrowser, launchBrowser } from '../browsers/launch.ts';

export type OpenBrowser = (name: BrowserName, role: string) => Promise<LaunchedBrowser>;

/**
 * The browser processes of one test file: one for each browser and role (`host`, `visitor`…), started when
 * first asked for and ended with the file. Call it at the top of the file. Tests do not meet in them, since
 * each instance has a port, and so origins and storage, of its own.
 */
export function browserPool(): OpenBrowser {
  const running = new Map<string, Promise<LaunchedBrowser>>();
  afterAll(async () => {
    await Promise.all([...running.values()].map(async (browser) => (await browser).close()));
  });
  return (name, role) => {
    const key = `${name} ${role}`;
    const present = running.get(key);
    // Kept before anything is waited for, so that several who ask at once share it.
    const launched = present
      ? present.then((browser) => (browser.browser.connected ? browser : launchBrowser(name)))
      : launchBrowser(name);
    running.set(key, launched);
    return launched;
  };
}
