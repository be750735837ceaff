/** Forms are delivered once and show their answer, in the page, in a tab of their own, and from other sites. */
import { createHash } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { HostRequest, HostResponse } from '../src/protocol/http-message.ts';
import type { BrowserName } from './browsers/launch.ts';
import { html, redirect } from './fixtures/answers.ts';
import { startElsewhere } from './fixtures/elsewhere.ts';
import { startForeignPages } from './fixtures/foreign-pages.ts';
import { type Recorded, RecordedRequests } from './fixtures/recorded-requests.ts';
import { stopServiceWorker } from './fixtures/stop-service-worker.ts';
import { browserPool } from './instance/browsers.ts';
import { startInstance } from './instance/instance.ts';
import { createIdentity, hostHandler } from './instance/node-hosts.ts';
import { Tab } from './instance/tab.ts';
import { until, whenTestIsDone } from './instance/until.ts';
import { Visitor } from './instance/visitor.ts';

const openBrowser = browserPool();
const instance = await startInstance({ whenDone: afterAll });
const elsewhere = await startElsewhere(afterAll);
await hostHandler(instance, { name: 'forms', handler: answer, whenDone: afterAll });
const site = (path: string) => instance.siteUrl('forms', path);
const foreign = await startForeignPages(
  {
    '/': `<title>Foreign</title><form method="post" action="${site('/posted?from=foreign')}">
      <input name="word" value="from elsewhere"><button>Send</button></form>`,
    '/secret': `<title>Foreign</title><meta name="referrer" content="no-referrer">
      <form method="post" action="${site('/posted?from=nowhere')}"><button>Send</button></form>`,
  },
  afterAll,
);

let requests = new RecordedRequests();
beforeEach(() => {
  requests = new RecordedRequests();
});

const FORMS = `<title>Forms</title><h1>Forms</h1>
  <form id="get" action="/got"><input name="a" value="x y"></form>
  <form id="post" method="post" action="/posted"><input name="a" value="ä&amp;b"></form>
  <form id="upload" method="post" action="/uploaded" enctype="multipart/form-data">
    <input name="a" value="1"><input type="file" name="file"></form>
  <form id="plain" method="post" action="/posted" enctype="text/plain"><input name="a" value="x y"></form>
  <a href="/got?a=link" target="_blank">In a new tab</a>`;

async function answer(request: HostRequest): Promise<HostResponse> {
  const { target, method } = request;
  const path = target.split('?')[0];
  if (path === '/') return html(FORMS);
  if (path === '/favicon.ico') return { status: 204, headers: [], body: null };
  const recorded = await requests.read(request);
  const detour: Record<string, HostResponse> = {
    '/see-other': redirect(303, '/seen'),
    '/once-more': redirect(307, '/posted?moved'),
    '/leave': redirect(303, `${elsewhere}/left`),
  };
  if (path !== undefined && detour[path]) return detour[path];
  return html(`<title>Got it</title><p>Got ${method} ${target} of ${recorded.bytes} bytes.
    <a href="/">Back to the forms</a>`);
}

/** Fills the file in, points the form where it is wanted, and sends it as a person would. */
async function send(
  visitor: Visitor,
  form: string,
  change: { action?: string; target?: string; fileBytes?: number } = {},
): Promise<void> {
  const { tab, frame } = visitor;
  await tab.launched.guard(
    frame.evaluate(
      (id, { action, target, fileBytes }) => {
        const element = document.getElementById(id) as HTMLFormElement;
        if (action !== undefined) element.action = action;
        if (target !== undefined) element.target = target;
        const input = element.querySelector<HTMLInputElement>('input[type=file]');
        if (input) {
          const chosen = new DataTransfer();
          chosen.items.add(new File(['x'.repeat(fileBytes ?? 3)], 'größe.txt'));
          input.files = chosen.files;
        }
        const button = document.createElement('button');
        button.textContent = 'Send it';
        button.id = 'send';
        element.append(button);
      },
      form,
      change,
    ),
  );
  const button = await frame.$('#send');
  await tab.launched.guard(Promise.resolve(button?.click()));
}

describe.each<BrowserName>(['chromium', 'firefox'])('in %s', (browserName) => {
  async function visit(): Promise<Visitor> {
    const visitor = await Visitor.open(await openBrowser(browserName, 'visitor'), site('/'));
    await visitor.sees('Forms');
    await visitor.tab.launched.guard(visitor.tab.page.bringToFront());
    return visitor;
  }

  /** Sends a form of the page to a tab of its own. */
  async function sendToNewTab(
    visitor: Visitor,
    form: string,
    change: { action?: string; fileBytes?: number } = {},
  ): Promise<Visitor> {
    const tab = await visitor.tab.newTab(
      () => send(visitor, form, { ...change, target: '_blank' }),
      whenTestIsDone,
    );
    return new Visitor(tab);
  }

  async function seesAddress(visitor: Visitor, path: string): Promise<void> {
    await until(`the address ${path}`, async () => (await visitor.address()) === site(path));
  }

  it('sends forms of every kind from within the page', async () => {
    const visitor = await visit();
    await send(visitor, 'get');
    await visitor.sees('Got GET /got?a=x+y');
    await seesAddress(visitor, '/got?a=x+y');
    await visitor.clickLink('Back to the forms');
    await visitor.sees('Forms');
    await send(visitor, 'post');
    await visitor.sees('Got POST /posted of 12 bytes');
    await visitor.clickLink('Back to the forms');
    await visitor.sees('Forms');
    await send(visitor, 'upload', { fileBytes: 1000 });
    await visitor.sees('Got POST /uploaded');
    await visitor.clickLink('Back to the forms');
    await visitor.sees('Forms');
    await send(visitor, 'plain');
    await visitor.sees('Got POST /posted of 7 bytes');
    const [urlencoded, plain] = requests.to('/posted') as [Recorded, Recorded];
    expect(urlencoded.text).toBe('a=%C3%A4%26b');
    expect(urlencoded.headers).toMatchObject({
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': '12',
      origin: new URL(site('/')).origin,
      referer: site('/'),
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
      'sec-fetch-site': 'same-origin',
      'upgrade-insecure-requests': '1',
    });
    expect(plain.headers['content-type']).toBe('text/plain');
    expect(plain.text).toBe('a=x y\r\n');
    const [upload] = requests.to('/uploaded') as [Recorded];
    expect(upload.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
    expect(Buffer.from(upload.text, 'latin1').toString()).toContain('filename="größe.txt"');
    expect(requests.all).toHaveLength(4);
  });

  it('sends a form to a tab of its own once, and a reload there sends nothing again', async () => {
    const visitor = await visit();
    const opened = await sendToNewTab(visitor, 'post');
    await opened.sees('Got POST /posted of 12 bytes');
    await seesAddress(opened, '/posted');
    const [posted] = requests.to('/posted') as [Recorded];
    expect(posted.text).toBe('a=%C3%A4%26b');
    expect(posted.headers).toMatchObject({
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': '12',
      origin: new URL(site('/')).origin,
      referer: site('/'),
      'sec-fetch-dest': 'document',
      'sec-fetch-site': 'same-origin',
    });
    expect(requests.all).toHaveLength(1);
    await opened.reload();
    await opened.sees('Got GET /posted');
    expect(requests.all.map(({ method }) => method)).toEqual(['POST', 'GET']);
    await opened.clickLink('Back to the forms');
    await opened.sees('Forms');
  });

  it('sends a form to the whole tab, and Back leads to the form', async () => {
    const visitor = await visit();
    await send(visitor, 'post', { target: '_top' });
    await visitor.sees('Got POST /posted of 12 bytes');
    await seesAddress(visitor, '/posted');
    await visitor.back();
    await visitor.sees('Forms');
    expect(requests.all).toHaveLength(1);
  });

  it('sends files to a tab of its own, whole', async () => {
    const visitor = await visit();
    const bytes = 20 * 1024 * 1024;
    const opened = await sendToNewTab(visitor, 'upload', { fileBytes: bytes });
    await opened.sees('Got POST /uploaded');
    const [upload] = requests.to('/uploaded') as [Recorded];
    expect(upload.bytes).toBeGreaterThan(bytes);
    expect(upload.headers['content-length']).toBe(String(upload.bytes));
    expect(upload.sha256).not.toBe(createHash('sha256').digest('hex'));
  });

  it('follows the redirects of such an answer: to a page, once more with the form, and elsewhere', async () => {
    const visitor = await visit();
    const seen = await sendToNewTab(visitor, 'post', { action: '/see-other' });
    await seen.sees('Got GET /seen');
    await seesAddress(seen, '/seen');

    const again = await sendToNewTab(await visit(), 'post', { action: '/once-more' });
    await again.sees('Got POST /posted?moved of 12 bytes');
    expect(requests.to('/posted?moved')[0]?.text).toBe('a=%C3%A4%26b');

    const left = await sendToNewTab(await visit(), 'post', { action: '/leave' });
    await left.tab.shows('Elsewhere: GET /left');
    const methods = requests.all.map(({ method, target }) => `${method} ${target}`);
    expect(methods).toEqual([
      'POST /see-other',
      'GET /seen',
      'POST /once-more',
      'POST /posted?moved',
      'POST /leave',
    ]);
  });

  it('delivers a form that another site sends, and says where it comes from', async () => {
    await visit();
    const launched = await openBrowser(browserName, 'visitor');
    const from = async (path: string): Promise<Visitor> => {
      const tab = await Tab.open(launched, `${foreign}${path}`, whenTestIsDone);
      await tab.click('button', 'Send');
      return new Visitor(tab);
    };
    const open = await from('/');
    await open.sees('Got POST /posted?from=foreign of 19 bytes');
    expect(requests.to('/posted?from=foreign').map(({ headers }) => headers)).toMatchObject([
      { origin: foreign, referer: `${foreign}/`, 'sec-fetch-site': 'cross-site' },
    ]);
    const secret = await from('/secret');
    await secret.sees('Got POST /posted?from=nowhere of 0 bytes');
    const [{ headers }] = requests.to('/posted?from=nowhere') as [Recorded];
    expect(headers).toMatchObject({ origin: 'null', 'sec-fetch-site': 'cross-site' });
    expect(headers).not.toHaveProperty('referer');
  });

  it('keeps a form while the host is asleep, also when the service worker is stopped', async () => {
    const identity = await createIdentity();
    const name = `sleeper-${browserName}`;
    const serve = () => hostHandler(instance, { name, handler: answer, identity, keepName: true });
    const host = await serve();
    const launched = await openBrowser(browserName, 'visitor');
    const visitor = await Visitor.open(launched, instance.siteUrl(name));
    await visitor.sees('Forms');
    await host.stop();
    const opened = await sendToNewTab(visitor, 'post');
    await opened.seesScreen('The host is asleep');
    if (browserName === 'chromium') await stopServiceWorker(launched, opened);
    expect(requests.all).toEqual([]);
    await serve();
    await opened.sees('Got POST /posted of 12 bytes');
    expect(requests.all).toHaveLength(1);
  });

  it('never delivers a form twice: a page that asks again is told so', async () => {
    const opened = await sendToNewTab(await visit(), 'post');
    await opened.sees('Got POST /posted of 12 bytes');
    await opened.frame.evaluate(() => {
      const form = document.createElement('form');
      form.method = 'post';
      const token = document.createElement('input');
      token.name = 'peerserver-form';
      token.value = crypto.randomUUID();
      form.append(token);
      document.body.append(form);
      form.submit();
    });
    await opened.sees('This form was not sent again');
    expect(requests.all).toHaveLength(1);
    await opened.clickLink('Open this page without it');
    await opened.sees('Got GET /posted');
  });

  it('refuses a form of somebody who was never here, with an explanation and undelivered', async () => {
    const fresh = await startInstance();
    const host = await hostHandler(fresh, { name: 'forms', handler: answer });
    const other = await startForeignPages({
      '/': `<form method="post" action="${fresh.siteUrl('forms', '/posted')}"><button>Send</button></form>`,
    });
    const launched = await openBrowser(browserName, 'visitor');
    const tab = await Tab.open(launched, `${other}/`, whenTestIsDone);
    await tab.click('button', 'Send');
    await tab.shows('Please open the site first');
    expect(host.requests).toEqual([]);
  });

  it('opens links and windows of the site in tabs of their own', async () => {
    const visitor = await visit();
    const tab = await visitor.tab.newTab(() => visitor.clickLink('In a new tab'), whenTestIsDone);
    await new Visitor(tab).sees('Got GET /got?a=link');
    const windowTab = await visitor.tab.newTab(async () => {
      await visitor.frame.evaluate(() => void window.open('/got?a=window'));
    }, whenTestIsDone);
    await new Visitor(windowTab).sees('Got GET /got?a=window');
  });
});
