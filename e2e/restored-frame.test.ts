/** Browsers restore the shell's frame by themselves, sometimes; what is in it is still asked for once. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import type { BrowserName } from './browsers/launch.ts';
import { html, withHeaders } from './fixtures/answers.ts';
import { startElsewhere } from './fixtures/elsewhere.ts';
import { browserPool } from './instance/browsers.ts';
import { startInstance } from './instance/instance.ts';
import { hostHandler } from './instance/node-hosts.ts';
import { Visitor } from './instance/visitor.ts';

/** Long enough for the shell to be connected while the frame that the browser restores is still waiting. */
const SLOW_MS = 2_000;

const openBrowser = browserPool();
const elsewhere = await startElsewhere(afterAll);
const instance = await startInstance({ whenDone: afterAll });
let asked = 0;
await hostHandler(instance, {
  name: 'slow',
  handler: async ({ target }) => {
    if (target !== '/') return html('<title>Not found</title>', 404);
    asked += 1;
    const answer = asked;
    await pause(SLOW_MS);
    const page = `<title>Slow</title><p>Answer ${answer}. <a href="${elsewhere}/out">Out</a>`;
    return withHeaders(html(page), { 'cache-control': 'no-store' });
  },
  whenDone: afterAll,
});

describe.each<BrowserName>(['chromium', 'firefox'])('in %s', (browserName) => {
  it('asks the host once for a page that is reloaded, and for one that is returned to', async () => {
    asked = 0;
    const launched = await openBrowser(browserName, 'visitor');
    const visitor = await Visitor.open(launched, instance.siteUrl('slow'));
    await visitor.sees('Answer 1.');
    await visitor.reload();
    await visitor.sees('Answer 2.');
    await visitor.clickLink('Out');
    await visitor.tab.shows('Elsewhere: GET /out');
    await visitor.back();
    await visitor.sees('Answer 3.');
    expect(asked).toBe(3);
    expect(visitor.consoleErrors).toEqual([]);
  });
});
