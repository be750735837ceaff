/** Runs once before all browser tests: says which browsers they use, and fails at once without them. */
import { type BrowserName, findBrowser } from './find-browsers.ts';

export default function setup(): void {
  const names: BrowserName[] = ['chromium', 'firefox'];
  for (const name of names) {
    process.stderr.write(`${name}: ${findBrowser(name)}\n`);
  }
}
