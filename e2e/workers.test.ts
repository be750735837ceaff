/** Scripts that run beside a page: whatever they load and fetch comes from the host, too. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BrowserName } from './browsers/launch.ts';
import { workersSite } from './fixtures/workers-site.ts';
import { browserPool } from './instance/browsers.ts';
import { startInstance } from './instance/instance.ts';
import { hostHandler } from './instance/node-hosts.ts';
import { Visitor } from './instance/visitor.ts';

const openBrowser = browserPool();
const instance = await startInstance({ whenDone: afterAll });
await hostHandler(instance, { name: 'yard', handler: workersSite, whenDone: afterAll });

type FirstMessage = (worker: Worker | MessagePort) => Promise<unknown>;
declare const firstMessage: FirstMessage;

describe.each<BrowserName>(['chromium', 'firefox'])('in %s', (browserName) => {
  let visitor: Visitor;
  beforeAll(async () => {
    const launched = await openBrowser(browserName, 'visitor');
    visitor = await Visitor.open(launched, instance.siteUrl('yard'), afterAll);
    await visitor.sees("The workers' yard");
  });

  it('lets a page start workers, which load scripts with importScripts and fetch', async () => {
    const said = await visitor.frame.evaluate(() =>
      firstMessage(new Worker('/deep/classic.js', { name: 'classic' })),
    );
    expect(said).toBe('one two 42 /deep/classic.js');
  });

  it('lets a page start module workers, which import statically and dynamically', async () => {
    const said = await visitor.frame.evaluate(() =>
      firstMessage(new Worker('/deep/module.js', { type: 'module' })),
    );
    expect(said).toBe('three+four four 42');
  });

  it('lets a page start shared workers, which all its frames share', async () => {
    const said = await visitor.frame.evaluate(async () => {
      const first = await firstMessage(new SharedWorker('/deep/shared.js').port);
      const frame = document.createElement('iframe');
      document.body.append(frame);
      const inner = frame.contentWindow as Window & typeof globalThis;
      const second = await firstMessage(new inner.SharedWorker('/deep/shared.js').port);
      frame.remove();
      return [first, second];
    });
    expect(said).toEqual(['two 42 visit 1', 'two 42 visit 2']);
  });

  it('lets a worker start workers', async () => {
    const said = await visitor.frame.evaluate(() => firstMessage(new Worker('/deep/outer.js')));
    expect(said).toBe('outer heard: inner two');
  });

  it('lets a page start workers from blobs, which load and fetch from the site', async () => {
    const said = await visitor.frame.evaluate(() => {
      const source = `importScripts('${location.origin}/lib/two.js');
        fetch('${location.origin}/data.json').then((r) => r.json()).then((d) => postMessage(two + d.answer));`;
      return firstMessage(new Worker(URL.createObjectURL(new Blob([source]))));
    });
    expect(said).toBe('two42');
  });

  it("follows redirects of a worker's script", async () => {
    const said = await visitor.frame.evaluate(() => firstMessage(new Worker('/moved.js')));
    expect(said).toBe('inner two');
  });

  it('answers synchronous requests of a worker', async () => {
    const said = await visitor.frame.evaluate(() => firstMessage(new Worker('/synchronous.js')));
    expect(said).toBe('200 42');
  });

  it("tells a page that a worker's script is not there", async () => {
    const failed = visitor.frame.evaluate(() =>
      firstMessage(new Worker('/missing.js')).catch((error: Error) => error.message),
    );
    expect(await failed).toBe('the worker failed');
  });

  it('loads the modules of worklets', async () => {
    const made = await visitor.frame.evaluate(async () => {
      const context = new OfflineAudioContext(1, 128, 44_100);
      await context.audioWorklet.addModule('/worklet.js');
      return new AudioWorkletNode(context, 'processor-four').numberOfOutputs;
    });
    expect(made).toBe(1);
  });
});
