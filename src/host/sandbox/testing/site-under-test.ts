/** A site's code that a test writes, at work: what several tests of `SiteSandbox` start from. */
import { expect } from 'vitest';
import type { BodyReader, HostRequest } from '../../../protocol/http-message.ts';
import { ManualClock } from '../../../protocol/testing/manual-clock.ts';
import type { CompiledSite } from '../../compile/compiled-site.ts';
import { DEFAULT_SETTINGS } from '../../project/parse-settings.ts';
import type { ProjectSettings } from '../../project/project-settings.ts';
import type { SiteLogEntry } from '../../site-log.ts';
import { SiteSandbox } from '../site-sandbox.ts';
import { StandIns } from './stand-in-sandbox.ts';

export const SITE: CompiledSite = {
  code: 'one',
  sourceMap: '{"version":3,"sources":[],"names":[],"mappings":""}',
  hash: 'one',
  routes: { files: [], match: () => undefined },
  hasServer: true,
  problems: [],
};
export const RUN = { kind: 'route', file: 'routes/index.ts', params: { id: 'ä/b' } } as const;
export const NEVER = (): Promise<never> => new Promise(() => {});

/** One site with its clock and its log, made anew for each test. */
export class SiteUnderTest {
  readonly clock = new ManualClock();
  readonly standIns = new StandIns();
  readonly log: SiteLogEntry[] = [];
  /** Targets of the requests that the test's code has noted. */
  readonly seen: string[] = [];
  sandbox = this.#create();

  #create(settings: Partial<ProjectSettings> = {}): SiteSandbox {
    return new SiteSandbox(
      SITE,
      { ...DEFAULT_SETTINGS, ...settings },
      {
        create: this.standIns.create,
        assets: async (request) => ({
          status: 200,
          headers: [],
          body: new TextEncoder().encode(`file ${request.target}`),
        }),
        connectDatabase: () => new MessageChannel().port1,
        clock: this.clock,
        now: () => 0,
        scheme: 'https',
        onLog: (entry) => this.log.push(entry),
      },
    );
  }

  /** Begins anew with other settings. */
  restart(settings: Partial<ProjectSettings> = {}): void {
    this.sandbox.close();
    this.sandbox = this.#create(settings);
  }

  /**
   * Lets time pass in steps, with what arrives on ports in between, until the promise is settled. The sandbox
   * must have started: keys are made in threads, which do not know of this time.
   */
  async passTime<T>(promise: Promise<T>, step = 500): Promise<T> {
    let settled = false;
    const done = () => {
      settled = true;
    };
    promise.then(done, done);
    while (!settled) {
      this.clock.advance(step);
      for (let tasks = 0; tasks < 4; tasks += 1) await new Promise((r) => setImmediate(r));
    }
    return promise;
  }

  /** A first request, after which the sandbox runs. */
  async started(): Promise<void> {
    const { code } = this.standIns;
    this.standIns.code = async () => ({ status: 204, headers: [], body: null });
    await this.sandbox.handle(request('/warm'), RUN);
    this.standIns.code = code;
  }

  /** Waits until the test's code has noted so many requests. */
  async running(count: number): Promise<void> {
    await expect.poll(() => this.seen.length).toBe(count);
  }
}

/** A visitor's request, with a field that only the host may set. */
export function request(target = '/', change: Partial<HostRequest> = {}): HostRequest {
  return {
    method: 'GET',
    target,
    headers: [
      ['accept', 'text/html'],
      ['host', 'garden.localhost:8890'],
      ['peerserver-origin', 'https://evil.example'],
    ],
    body: null,
    signal: new AbortController().signal,
    visitor: { key: 'visitors-key', connectionId: 'c' },
    ...change,
  };
}

/** A body of one piece. */
export function body(text: string): BodyReader {
  const pieces = [new TextEncoder().encode(text)];
  return { read: async () => pieces.shift() ?? null, cancel: () => {} };
}
