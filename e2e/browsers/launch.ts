/** Starts browsers for tests and measurements, each in a process and a profile of its own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import puppeteer, { type Browser, ProtocolError } from 'puppeteer-core';
import { type BrowserName, findBrowser } from './find-browsers.ts';

export type { BrowserName } from './find-browsers.ts';

export interface LaunchOptions {
  /** A profile to use and keep; default: a fresh one, removed at the end. */
  readonly profileDir?: string;
  /** Firefox only: preferences beside those below. */
  readonly prefs?: Readonly<Record<string, string | number | boolean>>;
  /** Command line arguments beside those below. */
  readonly args?: readonly string[];
  /** Folder of an extension to install. */
  readonly extension?: string;
}

export interface LaunchedBrowser {
  readonly name: BrowserName;
  readonly browser: Browser;
  /**
   * Settles like `work`, but rejects with BrowserDied as soon as the browser's process ends by itself: a
   * browser that crashed is not a test that failed.
   */
  guard<T>(work: Promise<T>): Promise<T>;
  /** Kills the process as a power cut would: nothing is said to anybody. */
  kill(): Promise<void>;
  /** Ends the browser and removes its profile if that was a fresh one. */
  close(): Promise<void>;
}

/** The browser's process ended without being asked to. */
export class BrowserDied extends Error {
  override readonly name = 'BrowserDied';

  constructor(
    readonly browserName: BrowserName,
    readonly exitCode: number | null,
    readonly exitSignal: string | null,
  ) {
    super(`${browserName} died by itself (exit code ${exitCode}, signal ${exitSignal}).`);
  }
}

/** How long a browser may take to start, in ms: so long only when the machine stands still. */
const LAUNCH_MS = 120_000;
/** How long, in ms, the end of a process may come after the errors that it causes. */
const EXIT_NOTICE_MS = 2_000;

const CHROMIUM_ARGS = [
  // Containers and root have no user namespaces for the sandbox.
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  // Machines without multicast cannot resolve the .local names that hide addresses.
  '--disable-features=WebRtcHideLocalIpsWithMdns',
];

const FIREFOX_PREFS = {
  'media.peerconnection.ice.obfuscate_host_addresses': false,
  // It deletes the service workers of sites that redirect quickly, as tests do.
  'privacy.bounceTrackingProtection.mode': 0,
};

/** Starts a browser without a window. Rejects when it cannot be found or does not start. */
export async function launchBrowser(
  name: BrowserName,
  options: LaunchOptions = {},
): Promise<LaunchedBrowser> {
  const executablePath = findBrowser(name);
  const profile = options.profileDir ?? (await mkdtemp(join(tmpdir(), `peerserver-${name}-`)));
  const removeProfile = async (): Promise<void> => {
    if (options.profileDir !== undefined) return;
    // Children of the browser may write for a moment after it is gone.
    await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  };
  const common = {
    executablePath,
    userDataDir: profile,
    headless: true,
    timeout: LAUNCH_MS,
  } as const;
  const { extension } = options;
  let browser: Browser;
  try {
    browser =
      name === 'chromium'
        ? await puppeteer.launch({
            ...common,
            args: [...CHROMIUM_ARGS, ...(options.args ?? [])],
            // Chromium installs extensions only for who speaks with it over a pipe.
            ...(extension === undefined ? {} : { enableExtensions: [extension], pipe: true }),
          })
        : await puppeteer.launch({
            ...common,
            browser: 'firefox',
            args: [...(options.args ?? [])],
            extraPrefsFirefox: { ...FIREFOX_PREFS, ...options.prefs },
          });
    if (name === 'firefox' && extension !== undefined) await browser.installExtension(extension);
  } catch (error) {
    await removeProfile();
    throw error;
  }
  return watch(name, browser, removeProfile);
}

function watch(
  name: BrowserName,
  browser: Browser,
  removeProfile: () => Promise<void>,
): LaunchedBrowser {
  let ending = false;
  const child = browser.process();
  const exited = new Promise<void>((resolve) => child?.once('exit', () => resolve()));
  const died = new Promise<never>((_, reject) => {
    child?.once('exit', (code, signal) => {
      if (!ending) reject(new BrowserDied(name, code, signal));
    });
  });
  // Nobody may be guarding anything when it dies; the next guard() tells.
  died.catch(() => undefined);
  return {
    name,
    browser,
    async guard(work) {
      try {
        return await Promise.race([work, died]);
      } catch (thrown) {
        // The end of its socket is told before the end of the process, as an error of whatever was under way.
        const cutOff = thrown instanceof ProtocolError || !browser.connected;
        if (cutOff && !ending) await Promise.race([died, setTimeout(EXIT_NOTICE_MS)]);
        throw thrown;
      }
    },
    async kill() {
      ending = true;
      child?.kill('SIGKILL');
      await exited;
      await removeProfile();
    },
    async close() {
      ending = true;
      if (child?.exitCode === null && child.signalCode === null) await browser.close();
      await removeProfile();
    },
  };
}
