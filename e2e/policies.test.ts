/** Whatever Content-Security-Policy a page has: it is obeyed, and what PeerServer puts into the page runs. */
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { HostRequest, HostResponse } from '../src/protocol/http-message.ts';
import type { BrowserName } from './browsers/launch.ts';
import { startDirectSockets } from './fixtures/direct-sockets.ts';
import { RecordedRequests } from './fixtures/recorded-requests.ts';
import { SocketSite } from './fixtures/socket-site.ts';
import { browserPool } from './instance/browsers.ts';
import { startInstance } from './instance/instance.ts';
import { hostHandler } from './instance/node-hosts.ts';
import { Visitor } from './instance/visitor.ts';

const CSP = 'content-security-policy';
const REPORT_ONLY = 'content-security-policy-report-only';

/** What a stranger might write into a page of the site. */
const FORM = `<meta name="referrer" content="unsafe-url">
  <form method="post" action="/posted"><button>Send</button></form>`;

/** The page at an address whose query says which policies it has: `header`, `report` and `meta`, repeated. */
function pageOf(url: URL): { headers: [string, string][]; html: string } {
  // The host with its port stands where a policy says HOST.
  const all = (kind: string) =>
    url.searchParams.getAll(kind).map((policy) => policy.replaceAll('HOST', url.host));
  const metas = all('meta').map((policy) => `<meta http-equiv="${CSP}" content="${policy}">`);
  const form = url.searchParams.has('form') ? FORM : '';
  return {
    headers: [
      ...all('header').map((policy): [string, string] => [CSP, policy]),
      ...all('report').map((policy): [string, string] => [REPORT_ONLY, policy]),
    ],
    html: `<!doctype html><html lang="en"><head><meta charset="utf-8">${metas.join('')}
      <title>Policies</title></head><body><p>A page with policies</p>${form}</body></html>`,
  };
}

const openBrowser = browserPool();
const instance = await startInstance({ whenDone: afterAll });
const directPort = await startDirectSockets(pageOf, afterAll);
const sockets = new SocketSite();
let requests = new RecordedRequests();
await hostHandler(instance, {
  name: 'policies',
  handler: answer,
  whenDone: afterAll,
});

async function answer(request: HostRequest): Promise<HostResponse> {
  if (request.upgrade) return sockets.handle(request);
  requests.record(request);
  const { headers, html } = pageOf(new URL(request.target, instance.siteUrl('policies')));
  return {
    status: 200,
    headers: [['content-type', 'text/html; charset=utf-8'], ...headers],
    body: new TextEncoder().encode(html),
  };
}

/** Opens a WebSocket of the page's own origin; tells what became of it, and what the document heard. */
async function tryToConnect(): Promise<string[]> {
  const log: string[] = [];
  const seen = new Set<string>();
  document.addEventListener('securitypolicyviolation', (event) => {
    const { effectiveDirective, disposition, blockedURI } = event;
    // Browsers ask for an icon where no page told them of one.
    if (effectiveDirective !== 'connect-src') return;
    const path = blockedURI.replace(/^(\w+):\/\/[^/]*/, '$1:');
    // Firefox tells of some more than once.
    const line = `violation of ${effectiveDirective} (${disposition}) by ${path}`;
    if (!seen.has(line)) log.push(line);
    seen.add(line);
  });
  const outcome = await new Promise<string>((resolve) => {
    try {
      const url = `${location.origin.replace('http', 'ws')}/echo?csp`;
      const socket = new WebSocket(url);
      socket.onopen = () => resolve('open');
      socket.onerror = () => resolve(`error ${socket.readyState}`);
    } catch (thrown) {
      resolve(`throws ${(thrown as Error).name}`);
    }
  });
  // Events of the document come as tasks of their own, those of another process a little later.
  await new Promise((resolve) => setTimeout(resolve, 200));
  return [...log, outcome];
}

beforeEach(() => {
  sockets.asked.length = 0;
  requests = new RecordedRequests();
});

describe.each<BrowserName>(['chromium', 'firefox'])('in %s', (browserName) => {
  async function visit(query: string): Promise<Visitor> {
    const launched = await openBrowser(browserName, 'visitor');
    const visitor = await Visitor.open(launched, instance.siteUrl('policies', `/?${query}`));
    await visitor.sees('A page with policies');
    return visitor;
  }

  /** What the same page does where it is served directly. */
  async function directly(query: string): Promise<string[]> {
    const launched = await openBrowser(browserName, 'visitor');
    const url = `http://policies.localhost:${directPort}/?${query}`;
    const { tab } = await Visitor.open(launched, url);
    return launched.guard(tab.page.evaluate(tryToConnect));
  }

  it.each([
    ['no policy', {}],
    ["'self'", { header: ["default-src 'self'"] }],
    ["'none'", { header: ["default-src 'none'"] }],
    ['connect-src before default-src', { header: ["default-src 'none'; connect-src 'self'"] }],
    ['everything but the socket', { header: ["default-src 'self'; connect-src 'none'"] }],
    ['any', { header: ['connect-src *'] }],
    ['a scheme', { header: ['connect-src ws:'] }],
    ['another scheme', { header: ['connect-src http: https: wss:'] }],
    ['its host', { header: ['connect-src ws://HOST'] }],
    ['its host and path', { header: ['connect-src ws://HOST/echo'] }],
    ['another path', { header: ['connect-src ws://HOST/other'] }],
    ['its host without a scheme', { header: ['connect-src HOST'] }],
    ['any host and port', { header: ['connect-src ws://*:*'] }],
    ['another host', { header: ['connect-src ws://elsewhere.example'] }],
    ['two headers, one forbids', { header: ['connect-src *', "connect-src 'none'"] }],
    ['two in one header', { header: ["connect-src *, connect-src 'none'"] }],
    ['meta allows', { meta: ["connect-src 'self'"] }],
    ['meta forbids', { meta: ["connect-src 'none'"] }],
    ['header allows, meta forbids', { header: ['connect-src *'], meta: ["default-src 'none'"] }],
    ['only a report', { report: ["connect-src 'none'"] }],
    ['a report and a permission', { report: ["default-src 'none'"], header: ['connect-src *'] }],
  ] as [
    string,
    Record<string, string[]>,
  ][])('a socket may do what it may elsewhere: %s', async (_, policies) => {
    const query = new URLSearchParams(
      Object.entries(policies).flatMap(([kind, all]) => all.map((one) => [kind, one])),
    ).toString();
    const expected = await directly(query);
    const visitor = await visit(query);
    expect(await visitor.frame.evaluate(tryToConnect)).toEqual(expected);
    expect(sockets.asked).toEqual(expected.includes('open') ? ['/echo?csp'] : []);
  });

  it.each([
    "default-src 'none'",
    "script-src 'none'",
    "script-src 'self'",
    "script-src 'nonce-abc'",
    "script-src 'nonce-abc' 'strict-dynamic' 'unsafe-inline' https:",
    "script-src 'strict-dynamic'",
    "script-src-elem 'none'; script-src 'unsafe-inline'",
    "script-src 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
    "script-src 'unsafe-inline'",
    "script-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
    "default-src 'self', script-src 'none'",
  ])('the page script runs, without a report, under %s', async (policy) => {
    const allowed = policy.replace("default-src 'none'", "default-src 'none'; connect-src *");
    const kinds = ['header', 'report', ...(policy.includes(',') ? [] : ['meta'])];
    const visitor = await visit(
      new URLSearchParams(kinds.map((kind) => [kind, allowed])).toString(),
    );
    expect(await visitor.frame.evaluate(tryToConnect)).toEqual(['open']);
    expect(sockets.asked).toEqual(['/echo?csp']);
    // Nothing of ours is left in the page.
    expect(await visitor.frame.evaluate(() => document.querySelectorAll('script').length)).toBe(0);
    expect(visitor.consoleErrors).toEqual([]);
  });

  it.each([
    ['before', 'header', "connect-src 'none'", 'forbidden'],
    ['before', 'header', "script-src 'nonce-abc'; connect-src 'self'", 'open'],
    ['after', 'header', "script-src 'nonce-abc'; connect-src 'self'", 'open'],
    ['after', 'header', "script-src 'nonce-abc'; connect-src 'none'", 'forbidden'],
    ['before', 'meta', "script-src 'nonce-abc'; connect-src 'self'", 'open'],
    ['before', 'meta', "script-src 'nonce-abc'; connect-src 'none'", 'forbidden'],
  ])('a srcdoc set %s its frame is in the page is bound by the %s %s', async (when, kind, policy, outcome) => {
    const visitor = await visit(new URLSearchParams([[kind, policy]]).toString());
    const heard = await visitor.frame.evaluate((isBefore) => {
      const text = `<script nonce="abc">
        try {
          const socket = new WebSocket(parent.location.origin.replace('http', 'ws') + '/echo?csp');
          socket.onopen = () => parent.postMessage('open');
          socket.onerror = () => parent.postMessage('forbidden');
        } catch {
          parent.postMessage('forbidden');
        }
      </script>`;
      const frame = document.createElement('iframe');
      if (isBefore) frame.srcdoc = text;
      document.body.append(frame);
      if (!isBefore) frame.srcdoc = text;
      return new Promise((resolve) => addEventListener('message', ({ data }) => resolve(data)));
    }, when === 'before');
    expect(heard).toBe(outcome);
    expect(sockets.asked).toHaveLength(outcome === 'open' ? 1 : 0);
    // What the browser says of the forbidden socket is as it should be.
    expect(visitor.consoleErrors.filter((text) => !text.includes('/echo'))).toEqual([]);
  });

  it('trusted types are respected, and what they let into a srcdoc has its WebSocket', async () => {
    const policy = "require-trusted-types-for 'script'; script-src 'unsafe-inline'";
    const visitor = await visit(new URLSearchParams([['header', policy]]).toString());
    const heard = await visitor.frame.evaluate(async () => {
      const text = `<script>
        const socket = new WebSocket(parent.origin.replace('http', 'ws') + '/echo');
        socket.onopen = () => parent.postMessage('open');
        socket.onerror = () => parent.postMessage('error');
      </script>`;
      const trust = (markup: string): string => {
        const { trustedTypes } = window as unknown as {
          trustedTypes?: {
            createPolicy(name: string, rules: object): { createHTML(text: string): string };
          };
        };
        return (
          trustedTypes
            ?.createPolicy('site', { createHTML: (html: string) => html })
            .createHTML(markup) ?? markup
        );
      };
      const frame = document.createElement('iframe');
      let refused = 'nothing';
      try {
        frame.srcdoc = text;
      } catch (thrown) {
        refused = (thrown as Error).name;
      }
      const said = new Promise((resolve) =>
        addEventListener('message', ({ data }) => resolve(data)),
      );
      frame.srcdoc = trust(text);
      document.body.append(frame);
      return [refused, await said];
    });
    expect(heard).toEqual(['TypeError', 'open']);
  });

  it('a page in a sandbox without scripts is shown with its title', async () => {
    const visitor = await visit(new URLSearchParams([['header', 'sandbox']]).toString());
    await expect.poll(() => visitor.title()).toBe('Policies');
  });

  it("a form in a sandbox is never sent in the site's name", async () => {
    const launched = await openBrowser(browserName, 'visitor');
    const query = new URLSearchParams([
      ['header', 'sandbox allow-forms'],
      ['form', ''],
    ]);
    const url = instance.siteUrl('policies', `/?${query}`);
    const visitor = await Visitor.open(launched, url);
    // Nobody may look into the page, so the tab shows where it is.
    const { host } = new URL(url);
    await expect.poll(() => visitor.title()).toBe(`${host}/`);
    expect(await visitor.address()).toBe(url);
    const button = await visitor.tab.until(
      'the button',
      async () => (await visitor.frame.$('button')) ?? undefined,
    );
    await launched.guard(button.click());
    if (browserName === 'firefox') {
      // There nobody could tell it from the site's own, so it is not sent: nothing of it has come before this.
      await visit('behind');
      expect(requests.to('/posted')).toEqual([]);
      return;
    }
    const posted = await requests.come('/posted');
    expect(posted).toMatchObject({
      method: 'POST',
      headers: { origin: 'null', 'sec-fetch-site': 'cross-site' },
    });
  });

  it.each([
    ["connect-src 'none'", []],
    ["connect-src 'self'", ['/beacon', '/kept']],
  ])('what a page sends while it goes is bound by %s', async (policy, sent) => {
    const visitor = await visit(new URLSearchParams([['header', policy]]).toString());
    await visitor.frame.evaluate(() => {
      navigator.sendBeacon('/beacon/at-once', 'x');
      addEventListener('pagehide', () => {
        navigator.sendBeacon('/beacon', 'last words');
        void fetch('/kept', { method: 'POST', body: 'more', keepalive: true }).catch(() => {});
      });
      location.href = '/?next';
    });
    await requests.come('/?next');
    for (const target of sent) await requests.come(target);
    await visitor.tab.until('the next page', async () =>
      (await visitor.frameAddress()).endsWith('/?next'),
    );
    await visitor.sees('A page with policies');
    // Whatever was on its way has come before this.
    await visitor.frame.evaluate(async () => void (await fetch('/?behind')));
    const all = requests.all.map(({ target }) => target).filter((target) => !target.includes('?'));
    const expected = sent.length === 0 ? [] : [...sent, '/beacon/at-once'];
    expect(all.filter((target) => target !== '/favicon.ico').sort()).toEqual(expected.sort());
  });
});
