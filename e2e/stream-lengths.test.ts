/** The length that a site's own code says of a stream, as a client of HTTP gets it: from Node and from tabs. */
import { describe, expect, it } from 'vitest';
import type { BrowserName } from './browsers/launch.ts';
import { openTabProject } from './fixtures/tab-project.ts';
import { browserPool } from './instance/browsers.ts';
import { startInstance } from './instance/instance.ts';
import { hostFolder, temporarySite } from './instance/node-hosts.ts';
import { connectLocally, curl } from './instance/program-processes.ts';
import { until } from './instance/until.ts';

const openBrowser = browserPool();
const BROWSERS: readonly BrowserName[] = ['chromium', 'firefox'];

const FILES = {
  'peerserver.json': '{ "format": 1 }',
  'public/file.txt': '0123456789'.repeat(10_000),
  // 30,000 bytes of text, which the link compresses.
  'routes/stream/[length].ts': `
    export const GET = ({ params }) => {
      let left = 3;
      const stream = new ReadableStream({
        pull(controller) {
          if (left === 0) return controller.close();
          left -= 1;
          controller.enqueue('text '.repeat(2000));
        },
      });
      const headers = { 'content-type': 'text/plain', 'content-length': params.length };
      return new Response(stream, { headers });
    };`,
  'routes/part.ts': `
    export const GET = ({ file }) => file('file.txt', { headers: { 'x-own': '1' } });`,
};

/** What each kind of host has to do; `origin` is that of the local port. */
async function check(origin: string, logged: (text: string) => Promise<unknown>): Promise<void> {
  const ask = async (...args: string[]) => {
    const { code, stdout } = await curl('-i', ...args);
    const [head = '', body = ''] = stdout.split('\r\n\r\n');
    return { code, length: /^content-length: (.*)$/im.exec(head)?.[1], bytes: body.length };
  };
  const right = `${origin}/stream/30000`;
  expect(await ask(right)).toEqual({ code: 0, length: '30000', bytes: 30_000 });
  expect(await ask('-I', right)).toEqual({ code: 0, length: '30000', bytes: 0 });
  expect(await ask('-r', '10-29', `${origin}/part`)).toEqual({ code: 0, length: '20', bytes: 20 });

  // 18: the transfer was cut short.
  expect(await ask(`${origin}/stream/30001`)).toMatchObject({ code: 18, length: '30001' });
  await logged('content-length says 30001 bytes, and its stream ended after 30000.');
  expect(await ask(`${origin}/stream/20000`)).toMatchObject({ code: 18, length: '20000' });
  await logged('content-length says 20000 bytes, and its stream gave more, at least 30000.');
}

describe('the length that a site says of a stream', () => {
  it('reaches the client from Node, and a wrong one breaks the answer off', async () => {
    const instance = await startInstance();
    const folder = await temporarySite(FILES);
    const host = await hostFolder(instance, { name: 'garden', folder });
    const { origin } = await connectLocally(host.address);
    const place = 'error  routes/stream/[length].ts:2  ';
    await check(origin, (text) =>
      until(text, async () =>
        host.log().includes(`${place}The answer was broken off: its ${text}`),
      ),
    );
  });

  it.each(BROWSERS)('reaches the client from a tab of %s, in the same way', async (browser) => {
    const project = await openTabProject(await openBrowser(browser, 'host'), FILES);
    const { origin } = await connectLocally(project.instance.shareUrl('garden'));
    await check(origin, (text) => project.logged('routes/stream/[length].ts:2', text));
  });
});
