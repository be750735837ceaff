/** What a visitor is told when a site cannot be had, and that it comes back by itself. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RequestHandler } from '../src/protocol/http-message.ts';
import { launchBrowser } from './browsers/launch.ts';
import { browserPool } from './instance/browsers.ts';
import { type Meddling, startHostileServer } from './instance/hostile-server.ts';
import { startInstance } from './instance/instance.ts';
import {
  createIdentity,
  hostFolder,
  hostHandler,
  page,
  temporarySite,
} from './instance/node-hosts.ts';
import type { WhenDone } from './instance/until.ts';
import { Visitor } from './instance/visitor.ts';

const openBrowser = browserPool();
const BROWSERS = ['chromium', 'firefox'] as const;
const greet = async () => page('<h1>The garden</h1>');

/** Where a host's key is kept that comes back. */
async function temporaryIdentityFile(whenDone: WhenDone): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'peerserver-identity-'));
  whenDone(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'identity.json');
}

/** Waits until this element of the shell's has the focus, with the site's frame within reach or not. */
async function hasFocus(
  { tab }: Visitor,
  wanted: { readonly focus: string; readonly siteIsInert: boolean },
): Promise<void> {
  await tab.until(`the focus on ${wanted.focus}`, () =>
    tab.page.evaluate(({ focus, siteIsInert }) => {
      const site = document.querySelector<HTMLElement>('#site');
      return document.activeElement?.id === focus && site?.inert === siteIsInert;
    }, wanted),
  );
}

describe.each(BROWSERS)('in %s', (name) => {
  it('says that there is no such site', async () => {
    const instance = await startInstance();
    const browser = await openBrowser(name, 'visitor');
    const visitor = await Visitor.open(browser, instance.siteUrl('nobody'));
    const text = await visitor.seesScreen('There is no site of this name', { timeoutMs: 60_000 });
    expect(text).toContain('Check the address');
    expect(text).toContain('Try again');
    expect(await visitor.frameAddress()).toBe('about:blank');
  });

  it('says that the host is asleep, and shows the page by itself when it is back', async () => {
    const instance = await startInstance();
    const host = { name: 'garden', handler: greet, keepName: true };
    const first = await hostHandler(instance, host);
    await first.stop();
    const browser = await openBrowser(name, 'visitor');
    const visitor = await Visitor.open(browser, instance.siteUrl('garden'));
    const screen = await visitor.seesScreen('The host is asleep', { timeoutMs: 60_000 });
    expect(screen).toContain('appears here by itself');
    await hostHandler(instance, { ...host, identity: first.identity });
    await visitor.sees('The garden');
    expect(await visitor.title()).toBe('A page');
  });

  it('gives the focus to what it says, and to the page again when that is back', async () => {
    const instance = await startInstance();
    const handler = async () =>
      page(`<h1>The garden</h1><p id="keys"></p>
        <script>addEventListener('keydown', ({ key }) => { keys.textContent += key; });</script>`);
    const host = { name: 'garden', handler, keepName: true };
    const first = await hostHandler(instance, host);
    await first.stop();
    const browser = await openBrowser(name, 'visitor');
    const visitor = await Visitor.open(browser, instance.siteUrl('garden'));
    await visitor.seesScreen('The host is asleep', { timeoutMs: 60_000 });
    await hasFocus(visitor, { focus: 'screen-title', siteIsInert: true });
    await visitor.tab.page.focus('#screen-retry');
    await hostHandler(instance, { ...host, identity: first.identity });
    await visitor.sees('The garden');
    await hasFocus(visitor, { focus: 'site', siteIsInert: false });
    await visitor.tab.page.bringToFront();
    await visitor.tab.page.keyboard.type('abc');
    await visitor.sees('abc');
  });
});

const VISITED = `<h1>The garden</h1><a href="/next">On</a> <a href="/inner" target="inner">In</a>
  <form method="post" action="/posted"><input name="what" value="seeds"><button>Send</button></form>
  <iframe name="inner"></iframe>`;

// These wait for time limits of the browsers' own, so they wait together, each in a browser of its own.
describe.concurrent.each(BROWSERS)('in %s', (name) => {
  it('says that there is no way to the host when the two find no path', async ({
    onTestFinished: whenDone,
  }) => {
    const withoutCandidates: Meddling = {
      fromServer: (message) => (message.kind === 'candidate' ? undefined : message),
    };
    const server = await startHostileServer(withoutCandidates, whenDone);
    const host = await hostHandler(server.instance, { name: 'garden', handler: greet, whenDone });
    const browser = await openBrowser(name, 'visitor without a path');
    const visitor = await Visitor.open(browser, server.instance.siteUrl('garden'), whenDone);
    const screen = await visitor.seesScreen('No way to the host', { timeoutMs: 60_000 });
    expect(screen).toContain('another network may work');
    expect(host.requests).toEqual([]);

    await visitor.tab.until('the button to try again', () =>
      visitor.tab.page.evaluate(
        () => document.querySelector('#screen-retry:not([hidden])') !== null,
      ),
    );
    server.meddle({});
    // It tries again by itself as well: then the button is gone, and its work done.
    await visitor.tab.page.evaluate(() => {
      document.querySelector<HTMLButtonElement>('#screen-retry')?.click();
    });
    await visitor.sees('The garden', { timeoutMs: 60_000 });
  });

  it('gives the reader an error when the host is killed in mid-answer, and recovers (SPEC S6)', async ({
    onTestFinished: whenDone,
  }) => {
    const instance = await startInstance({ whenDone });
    const identityFile = await temporaryIdentityFile(whenDone);
    const size = 50 * 1024 * 1024;
    const files = {
      'index.html': '<title>Files</title><a href="/next.html">On</a>',
      'next.html': '<p>The next page</p>',
      'large.bin': Buffer.alloc(size, 'peerserver'),
    };
    const folder = await temporarySite(files, whenDone);
    const site = { name: 'garden', folder, identityFile, whenDone };
    const host = await hostFolder(instance, site);
    const visitor = await Visitor.open(
      await openBrowser(name, 'visitor of a killed host'),
      host.address,
      whenDone,
    );
    await visitor.sees('On');
    await visitor.frame.evaluate(startReading);
    await visitor.tab.until('the first bytes', async () => {
      const { bytes } = await visitor.frame.evaluate(readingState);
      return bytes > 0;
    });
    await host.kill();
    await visitor.frame.evaluate(readOn);
    const end = await visitor.tab.until(
      'the end of the reading',
      async () => {
        const state = await visitor.frame.evaluate(readingState);
        return state.end === undefined ? undefined : state;
      },
      { timeoutMs: 50_000 },
    );
    expect(end.end).toMatch(/^error: /);
    expect(end.bytes).toBeLessThan(size);
    await visitor.seesBanner('Connection to the host lost');

    await hostFolder(instance, site);
    await visitor.seesBanner(null);
    await visitor.clickLink('On');
    await visitor.sees('The next page');
  });
});

describe.concurrent.each(BROWSERS)('in %s', (name) => {
  it('brings back pages that failed while the host was away, frames too, but sends no form again', async ({
    onTestFinished: whenDone,
  }) => {
    const instance = await startInstance({ whenDone });
    const identity = await createIdentity();
    const handler: RequestHandler = async ({ method, target }) =>
      page(target === '/' ? VISITED : `<p>Got ${method} ${target}</p>`);
    const serve = () =>
      hostHandler(instance, { name: 'garden', handler, identity, keepName: true, whenDone });
    const first = await serve();
    const browser = await openBrowser(name, 'visitor of a host that comes back');
    const open = async () => {
      const visitor = await Visitor.open(browser, instance.siteUrl('garden'), whenDone);
      await visitor.sees('The garden');
      return visitor;
    };
    const outer = await open();
    const nested = await open();
    const sender = await open();
    await first.stop();
    await outer.clickLink('On');
    await nested.clickLink('In');
    await sender.frame.evaluate(() => document.forms[0]?.requestSubmit());
    const patience = { timeoutMs: 60_000 };
    await outer.sees('The host is asleep', patience);
    await outer.sees('appears here by itself');
    await outer.sees('Try again');
    const inner = () =>
      nested.frame.evaluate(
        () => document.querySelector('iframe')?.contentDocument?.body?.innerText ?? '',
      );
    await nested.tab.until('the failure in the frame', async () =>
      (await inner()).includes('appears here by itself'),
    );
    await sender.sees('The host is asleep', patience);
    await sender.sees('What you sent has not reached it');

    const second = await serve();
    await outer.sees('Got GET /next', patience);
    await nested.tab.until('the frame', async () => (await inner()).includes('Got GET /inner'));
    await nested.sees('The garden');
    await sender.seesBanner(null);
    await sender.sees('What you sent has not reached it');
    await sender.clickLink('Open this page without it');
    await sender.sees('Got GET /posted');
    // Firefox may ask for the icon again.
    const asked = second.requests.filter((request) => request !== 'GET /favicon.ico');
    expect(asked.sort()).toEqual(['GET /inner', 'GET /next', 'GET /posted']);
  });
});

it.concurrent.for([
  ['service workers', { 'dom.serviceWorkers.enabled': false }, 'needs service workers'],
  ['WebRTC', { 'media.peerconnection.enabled': false }, 'needs WebRTC'],
] as const)('says what is missing in a browser without %s', async ([_, prefs, reason], {
  onTestFinished: whenDone,
}) => {
  const browser = await launchBrowser('firefox', { prefs });
  whenDone(() => browser.close());
  const instance = await startInstance({ whenDone });
  const host = await hostHandler(instance, { name: 'garden', handler: greet, whenDone });
  const visitor = await Visitor.open(browser, instance.siteUrl('garden'), whenDone);
  expect(await visitor.seesScreen('This browser cannot visit the site')).toContain(reason);
  expect(await visitor.frameAddress()).toBe('about:blank');
  expect(host.requests).toEqual([]);
});

interface Reading {
  bytes: number;
  /** `complete`, or `error: ` and its message; undefined while it goes on. */
  end: string | undefined;
  readOn: () => void;
}

type ReadingWindow = Window & { reading?: Reading };

/** Runs in the site's page: begins to read the large file, and pauses after the first bytes until `readOn`. */
function startReading(): void {
  const reading: Reading = { bytes: 0, end: undefined, readOn: () => {} };
  const goOn = new Promise<void>((resolve) => {
    reading.readOn = resolve;
  });
  (window as ReadingWindow).reading = reading;
  const read = async (): Promise<void> => {
    const response = await fetch('/large.bin');
    const reader = response.body?.getReader();
    for (;;) {
      const chunk = await reader?.read();
      if (!chunk || chunk.done) return;
      reading.bytes += chunk.value.length;
      await goOn;
    }
  };
  read().then(
    () => {
      reading.end = 'complete';
    },
    (error: unknown) => {
      reading.end = `error: ${error}`;
    },
  );
}

function readOn(): void {
  (window as ReadingWindow).reading?.readOn();
}

function readingState(): { bytes: number; end: string | undefined } {
  const { bytes = 0, end } = (window as ReadingWindow).reading ?? {};
  return { bytes, end };
}
