/** Files that a site offers for saving arrive in the browser's own list, whole and under their name. */
import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HostRequest, HostResponse } from '../src/protocol/http-message.ts';
import type { BrowserName } from './browsers/launch.ts';
import { html, text, withHeaders } from './fixtures/answers.ts';
import { DownloadFolder } from './fixtures/download-folder.ts';
import { LargeBody } from './fixtures/slow-bodies.ts';
import { startInstance } from './instance/instance.ts';
import { createIdentity, hostHandler } from './instance/node-hosts.ts';
import { whenTestIsDone } from './instance/until.ts';
import { Visitor } from './instance/visitor.ts';

const MIB = 1024 * 1024;
const instance = await startInstance({ whenDone: afterAll });
const host = await hostHandler(instance, { name: 'files', handler: answer, whenDone: afterAll });
const site = (path: string) => instance.siteUrl('files', path);

const PAGE = `<title>Files</title><h1>Files</h1>
  <a href="/attached">Attached</a>
  <a href="/attached-page">Attached page</a>
  <a href="/attached-blank" target="_blank">Attached in a new tab</a>
  <a href="/file.txt" download="Größe &amp; 'Maß' (1).txt">Named by the link</a>
  <a href="/file.txt?plain" download>Named by the address</a>
  <a href="/named-by-host" download="link.txt">Named by the host</a>
  <a href="" download="this-page.html">This very page</a>
  <a href="/missing" download="missing.txt">Missing</a>
  <a href="/breaks" download>Breaks off</a>`;
const CONTENT = 'content of the file';
const large = new LargeBody(200 * MIB);

let breaksOff: () => void = () => {};

/** A body that stops in its middle. */
function breakingBody(): HostResponse {
  let sent = 0;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      sent += 1;
      await pause(20);
      if (sent <= 16) controller.enqueue(new Uint8Array(64 * 1024));
      else {
        controller.error(new Error('The disk is broken.'));
        breaksOff();
      }
    },
  });
  return {
    status: 200,
    headers: [
      ['content-type', 'application/octet-stream'],
      ['content-length', String(4 * MIB)],
      ['content-disposition', 'attachment; filename="broken.bin"'],
    ],
    body,
  };
}

async function answer({ target }: HostRequest): Promise<HostResponse> {
  const file = text(CONTENT);
  const attached = (name: string) => ({
    'content-disposition': `attachment; filename="${name}"`,
    'content-length': String(CONTENT.length),
  });
  switch (target.split('?')[0]) {
    case '/':
      return html(PAGE);
    case '/file.txt':
      return file;
    case '/attached':
      return withHeaders(file, attached('attached.txt'));
    case '/attached-blank':
      return withHeaders(file, attached('blank.txt'));
    case '/attached-page':
      return withHeaders(html('<p>To be saved'), {
        'content-disposition': 'attachment; filename="page.html"',
      });
    case '/named-by-host':
      return withHeaders(file, { 'content-disposition': 'inline; filename="host.txt"' });
    case '/large':
      return withHeaders(large.respond(), {
        'content-disposition': 'attachment; filename="large.bin"',
      });
    case '/breaks':
      return breakingBody();
    case '/big.bin':
    case '/again.bin':
    case '/latest.bin':
      return ofType('application/octet-stream');
    case '/song.zip':
      return ofType('application/zip');
    // Of which only the browser knows that it cannot show it.
    case '/seeds.garden':
      return ofType('application/x-garden');
    case '/latest':
      return { status: 302, headers: [['location', '/latest.bin']], body: null };
    case '/late':
      return lateText();
    case '/empty':
      return { status: 204, headers: [], body: null };
    default:
      return html('<p>Not found', 404);
  }
}

/** A file without a word of what is to be done with it. */
function ofType(type: string): HostResponse {
  return {
    status: 200,
    headers: [['content-type', type]],
    body: new TextEncoder().encode(CONTENT),
  };
}

/** Text whose head comes at once and whose first byte comes late: browsers look at that before they show it. */
function lateText(): HostResponse {
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async start(controller) {
      await pause(9_000);
      controller.enqueue(new TextEncoder().encode('Late, but here'));
      controller.close();
    },
  });
  return { status: 200, headers: [['content-type', 'text/plain']], body };
}

function sha256(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}

describe.each<BrowserName>(['chromium', 'firefox'])('in %s', (browserName) => {
  let folder: DownloadFolder;
  beforeAll(async () => {
    folder = await DownloadFolder.launch(browserName, (cleanUp) => afterAll(cleanUp));
  });

  /** A visitor whose page notices if anything is done to it. */
  async function visit(): Promise<Visitor> {
    const visitor = await Visitor.open(folder.launched, site('/'));
    await visitor.sees('Files');
    await visitor.frame.evaluate(() => {
      const seen: string[] = [];
      Reflect.set(window, 'seen', seen);
      for (const type of ['beforeunload', 'pagehide', 'hashchange', 'popstate']) {
        addEventListener(type, () => seen.push(type));
      }
    });
    return visitor;
  }

  async function isUndisturbed(visitor: Visitor): Promise<void> {
    expect(await visitor.frame.evaluate(() => Reflect.get(window, 'seen'))).toEqual([]);
    expect(await visitor.address()).toBe(site('/'));
    await visitor.sees('Files');
  }

  it('saves what the host says is an attachment, and the page stays', async () => {
    const visitor = await visit();
    await visitor.clickLink('Attached');
    await folder.gets('attached.txt', sha256(CONTENT));
    expect(await visitor.address()).toBe(site('/'));
    await visitor.sees('Files');
    if (browserName === 'chromium') {
      const { totalBytes } = folder.progress.get('attached.txt') ?? {};
      expect(totalBytes).toBe(CONTENT.length);
    }
  });

  it('saves a page that is an attachment as the host sent it, to the byte', async () => {
    const visitor = await visit();
    await visitor.clickLink('Attached page');
    const bytes = html('<p>To be saved').body as Uint8Array;
    await folder.gets('page.html', createHash('sha256').update(bytes).digest('hex'));
  });

  it("saves what a page's link offers, under the link's name or the host's", async () => {
    const visitor = await visit();
    await visitor.clickLink('Named by the link');
    await folder.gets("Größe & 'Maß' (1).txt", sha256(CONTENT));
    await visitor.clickLink('Named by the address');
    await folder.gets('file.txt', sha256(CONTENT));
    await visitor.clickLink('Named by the host');
    await folder.gets('host.txt', sha256(CONTENT));
    await isUndisturbed(visitor);
    expect(visitor.consoleErrors).toEqual([]);
  });

  it("saves what a script's own link offers, the page itself, and what the page has made", async () => {
    const visitor = await visit();
    await visitor.frame.evaluate(() => {
      const link = document.createElement('a');
      link.href = '/file.txt';
      link.download = 'scripted.txt';
      link.click();
    });
    await folder.gets('scripted.txt', sha256(CONTENT));
    await visitor.clickLink('This very page');
    const page = html(PAGE).body as Uint8Array;
    await folder.gets('this-page.html', createHash('sha256').update(page).digest('hex'));
    await visitor.frame.evaluate(() => {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob(['made here']));
      link.download = 'made.txt';
      link.click();
    });
    await folder.gets('made.txt', sha256('made here'));
    await visitor.frame.evaluate(() => {
      const link = document.createElement('a');
      link.href = 'data:text/plain,written%20here';
      link.download = 'written.txt';
      link.click();
    });
    await folder.gets('written.txt', sha256('written here'));
    await isUndisturbed(visitor);
  });

  it('shows a file that is missing as a download that failed, not as one that is there', async () => {
    const visitor = await visit();
    await visitor.clickLink('Missing');
    await folder.fails('missing.txt');
    expect(host.requests).toContain('GET /missing');
    await isUndisturbed(visitor);
  });

  it('does not show a file as whole that its host broke off', async () => {
    const visitor = await visit();
    const brokenOff = new Promise<void>((resolve) => {
      breaksOff = resolve;
    });
    await visitor.clickLink('Breaks off');
    await folder.fails('broken.bin');
    await brokenOff;
    expect(await visitor.fetch('/file.txt')).toMatchObject({ status: 200 });
    expect(await folder.looksWhole('broken.bin')).toBe(false);
    if (browserName === 'chromium') {
      expect(folder.progress.get('broken.bin')?.totalBytes).toBe(4 * MIB);
    }
    await isUndisturbed(visitor);
  });

  it("shows the page of an address that another site has written a file's name into", async () => {
    const hostile = '/file.txt?q#peerserver-request?download=setup.bat';
    const typed = await Visitor.open(folder.launched, site(hostile));
    await typed.sees(CONTENT);
    expect(await typed.address()).toBe(site('/file.txt?q'));
    await typed.tab.page.evaluate((url) => location.assign(url), hostile.replace('?q', '?again'));
    await typed.tab.until('the page to follow', async () => {
      return (await typed.address()) === site('/file.txt?again');
    });
    await typed.sees(CONTENT);
    // Even where the site's own page links there, as it may be made to.
    const visitor = await visit();
    await visitor.frame.evaluate((url) => location.assign(url), hostile);
    await visitor.sees(CONTENT);
    await visitor.frame.evaluate((url) => location.assign(url), site('/'));
    await visitor.sees('Files');
    await visitor.clickLink('Named by the link');
    await folder.gets("Größe & 'Maß' (1).txt", sha256(CONTENT));
    expect(await folder.describe()).not.toContain('setup');
  });

  it('says that a download has begun where a tab would stay empty', async () => {
    const visitor = await visit();
    const tab = await visitor.tab.newTab(
      () => visitor.clickLink('Attached in a new tab'),
      whenTestIsDone,
    );
    const opened = new Visitor(tab);
    await opened.seesScreen('The download has begun');
    await folder.gets('blank.txt', sha256(CONTENT));
    await opened.tab.click('button', 'Go to the start of the site');
    await opened.sees('Files');

    const typed = await Visitor.open(folder.launched, site('/empty'));
    await typed.seesScreen('There is nothing to show here');
  });

  it.for([
    '/big.bin',
    '/song.zip',
    '/seeds.garden',
    '/latest',
  ])('says so of a file that the browser cannot show, without a disposition: %s', async (path) => {
    const typed = await Visitor.open(folder.launched, site(path));
    await typed.seesScreen('The download has begun');
    const file = path === '/latest' ? 'latest.bin' : path.slice(1);
    await folder.gets(file, sha256(CONTENT));
    await typed.tab.click('button', 'Go to the start of the site');
    await typed.sees('Files');
  });

  it('asks for no file again when the host was away, and says when it is back', async () => {
    const name = `restarted-${browserName}`;
    const identity = await createIdentity();
    const serve = () => hostHandler(instance, { name, handler: answer, identity, keepName: true });
    const first = await serve();
    const typed = await Visitor.open(folder.launched, instance.siteUrl(name, '/again.bin'));
    await typed.seesScreen('The download has begun');
    await folder.gets('again.bin', sha256(CONTENT));
    await first.stop();
    await typed.seesBanner('Connection to the host lost');
    const second = await serve();
    await typed.seesBanner(null);
    await typed.seesScreen('The download has begun');
    await typed.tab.click('button', 'Go to the start of the site');
    await typed.sees('Files');
    expect(second.requests.filter((request) => request.includes('again.bin'))).toEqual([]);
  });

  it('shows a text that comes late, whatever was said before', async () => {
    const typed = await Visitor.open(folder.launched, site('/late'));
    await typed.sees('Late, but here');
  });

  it('saves 200 MiB whole', { timeout: 240_000 }, async () => {
    const typed = await Visitor.open(folder.launched, site('/large'));
    await typed.seesScreen('The download has begun');
    await folder.gets('large.bin', large.sha256(), 200_000);
    if (browserName === 'chromium') {
      expect(folder.progress.get('large.bin')?.totalBytes).toBe(large.bytes);
    }
  });
});
