import { describe, expect, it } from 'vitest';
import { PREVIEW_GREETING, previewUrl } from '../../address/preview.ts';
import { createPreview, GATHER_MS, GREETING_WITHIN_MS, MAX_BACK } from './preview.ts';

const origin = 'http://garden.localhost:8890';
const FRAME = {} as Window;

function manualClock() {
  const timers = new Map<number, { ms: number; callback: () => void }>();
  let next = 0;
  return {
    now: () => 0,
    schedule(ms: number, callback: () => void) {
      next += 1;
      const id = next;
      timers.set(id, { ms, callback });
      return () => timers.delete(id);
    },
    /** Runs what waits for this long. */
    pass(ms: number) {
      for (const [id, timer] of [...timers]) {
        if (timer.ms !== ms) continue;
        timers.delete(id);
        timer.callback();
      }
    },
  };
}

function setUp() {
  const clock = manualClock();
  const visitors: string[] = [];
  const preview = createPreview({
    origin,
    clock,
    hostKey: 'host key',
    onVisitor: (key) => visitors.push(key),
  });
  const taken = preview.drawn();
  const { port1, port2 } = new MessageChannel();
  const told: unknown[] = [];
  const hosts: unknown[] = [];
  port1.onmessage = ({ data }) => (data.kind === 'host' ? hosts : told).push(data);
  port1.start();
  const greet = (from = origin, source: unknown = FRAME, data: unknown = PREVIEW_GREETING) =>
    preview.receive({ data, origin: from, source: source as Window, ports: [port2] }, FRAME);
  /** Messages between ports come in their order; an echo of this side says that all before is there. */
  const arrived = () => new Promise((resolve) => setTimeout(resolve));
  const show = async (path: string, title = '') => {
    port1.postMessage({ kind: 'page', path, title });
    while (preview.path.value !== path || preview.state.value.kind !== 'shown') await arrived();
  };
  const hears = async (count: number) => {
    while (told.length < count) await arrived();
    return told;
  };
  return { preview, clock, greet, show, hears, told, hosts, arrived, taken, port1, visitors };
}

describe('the preview', () => {
  it('says whom it visits as before it shows anything', async () => {
    const { greet, show, port1, visitors } = setUp();
    greet();
    port1.postMessage({ kind: 'visitor', key: 'my key' });
    await show('/');
    expect(visitors).toEqual(['my key']);
  });

  it('shows what its frame says, and only its frame', async () => {
    const { preview, greet, show } = setUp();
    greet('http://elsewhere.localhost:8890');
    greet(origin, {});
    greet(origin, FRAME, { kind: 'peerserver-preview', version: 9 });
    expect(preview.state.value).toEqual({ kind: 'loading' });
    greet();
    await show('/about.html', 'About');
    expect(preview.path.value).toBe('/about.html');
    expect(preview.title.value).toBe('About');
  });

  it('takes a frame that says nothing for one that cannot work, until it is tried again', () => {
    const { preview, clock, taken } = setUp();
    clock.pass(GREETING_WITHIN_MS);
    expect(preview.state.value).toEqual({ kind: 'failed', message: undefined });
    // What is said instead takes the frame's place, and must not bring it back.
    taken();
    expect(preview.state.value.kind).toBe('failed');
    const { attempt } = preview.frame.value;
    preview.retry();
    expect(preview.state.value).toEqual({ kind: 'loading' });
    expect(preview.frame.value.attempt).toBe(attempt + 1);
  });

  it('is told at once whose site it shows, and shows what is said in place of a page', async () => {
    const { preview, greet, hosts, arrived, port1 } = setUp();
    greet();
    while (hosts.length === 0) await arrived();
    expect(hosts).toEqual([{ kind: 'host', key: 'host key' }]);
    port1.postMessage({ kind: 'screen' });
    while (preview.state.value.kind === 'loading') await arrived();
    expect(preview.state.value).toEqual({ kind: 'shown' });
    expect(preview.canGoBack.value).toBe(false);
  });

  it('goes back the way it came, and no further', async () => {
    const { preview, greet, show, hears } = setUp();
    greet();
    await show('/');
    expect(preview.canGoBack.value).toBe(false);
    await show('/one');
    await show('/two');
    preview.back();
    expect(await hears(1)).toEqual([{ kind: 'open', path: '/one' }]);
    await show('/one');
    preview.back();
    expect(await hears(2)).toContainEqual({ kind: 'open', path: '/' });
    await show('/');
    expect(preview.canGoBack.value).toBe(false);
    preview.back();
    for (let page = 0; page <= MAX_BACK + 1; page += 1) await show(`/${page}`);
    let steps = 0;
    for (; preview.canGoBack.value; steps += 1) preview.back();
    expect(steps).toBe(MAX_BACK);
  });

  it('goes back, too, from where a redirect has led it again', async () => {
    const { preview, greet, show, hears, port1 } = setUp();
    greet();
    await show('/login');
    await show('/account');
    preview.back();
    expect(await hears(1)).toEqual([{ kind: 'open', path: '/login' }]);
    port1.postMessage({ kind: 'page', path: '/account', title: 'Once more' });
    await show('/x');
    expect(preview.canGoBack.value).toBe(true);
    preview.back();
    expect(await hears(2)).toContainEqual({ kind: 'open', path: '/account' });
  });

  it('goes back in another frame when there is none', async () => {
    const { preview, greet, show, taken } = setUp();
    greet();
    await show('/');
    await show('/one');
    taken();
    preview.back();
    expect(preview.path.value).toBe('/');
    expect(preview.frame.value.src).toBe(previewUrl(origin, '/'));
  });

  it('gathers what is saved at once, and says it once', async () => {
    const { preview, clock, greet, show, hears } = setUp();
    greet();
    await show('/');
    preview.published(['style.css'], false);
    preview.published(['more.css'], false);
    clock.pass(GATHER_MS);
    expect(await hears(1)).toEqual([{ kind: 'styles', paths: ['/style.css', '/more.css'] }]);
    preview.published(['index.html'], false);
    clock.pass(GATHER_MS);
    expect((await hears(2))[1]).toEqual({ kind: 'reload' });
  });

  it('begins where it was when its frame comes back', async () => {
    const { preview, greet, show, taken } = setUp();
    greet();
    await show('/about.html');
    taken();
    expect(preview.frame.value.src).toBe(`${origin}/.peerserver/preview?to=%2Fabout.html`);
    expect(preview.state.value).toEqual({ kind: 'loading' });
  });

  it('opens a page by another frame while it has none that listens', () => {
    const { preview } = setUp();
    preview.open('/later');
    expect(preview.frame.value.src).toContain('?to=%2Flater');
    expect(preview.path.value).toBe('/later');
  });
});
