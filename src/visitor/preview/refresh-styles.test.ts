import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { refreshStyles } from './refresh-styles.ts';

const origin = 'http://garden.localhost:8890';
/** Of what was fetched, and of what the links had brought that were replaced. */
let fetched: string[];
let replaced: string[];

beforeEach(() => {
  fetched = [];
  replaced = [];
  vi.stubGlobal('fetch', async (href: string) => {
    fetched.push(href);
    return new Response('');
  });
});

afterEach(() => vi.unstubAllGlobals());

/** A sheet that imports others. */
function sheet(path: string, imports: readonly object[] = []) {
  return {
    href: new URL(path, origin).href,
    cssRules: imports.map((styleSheet) => ({ styleSheet })),
  };
}

/** Nobody may read another origin's. */
const FOREIGN = {
  href: 'http://elsewhere.test/theme.css',
  get cssRules(): never {
    throw new DOMException('Of another origin', 'SecurityError');
  },
};

/** What a link brings. */
function linked(brought: { readonly href: string }) {
  const ownerNode = Object.assign(new EventTarget(), {
    nodeName: 'LINK',
    cloneNode: () => new EventTarget(),
    after: (fresh: EventTarget) => fresh.dispatchEvent(new Event('load')),
    remove: () => replaced.push(brought.href),
  });
  return Object.create(brought, { ownerNode: { value: ownerNode } }) as object;
}

/** What a `<style>` brings that imports this. */
function styled(imported: object) {
  return {
    href: null,
    cssRules: [{ styleSheet: imported }, { selectorText: 'h1' }],
    ownerNode: { nodeName: 'STYLE' },
  };
}

function page(styleSheets: readonly object[], frames: readonly unknown[] = []): Window {
  const window = { location: { origin }, document: { styleSheets }, length: frames.length };
  return Object.assign(window, frames) as unknown as Window;
}

it('replaces the link of what has changed, and no other', async () => {
  const shown = page([linked(sheet('/style.css?v=1')), linked(sheet('/b.css')), linked(FOREIGN)]);
  expect(await refreshStyles(shown, ['/style.css'])).toEqual([]);
  expect(replaced).toEqual([`${origin}/style.css?v=1`]);
  expect(fetched).toEqual([`${origin}/style.css?v=1`]);
});

it('replaces the link of a sheet that imports what has changed, however deep', async () => {
  const theme = sheet('/theme.css', [sheet('/colours.css')]);
  const shown = page([linked(sheet('/style.css', [theme]))]);
  expect(await refreshStyles(shown, ['/colours.css'])).toEqual([]);
  expect(replaced).toEqual([`${origin}/style.css`]);
  expect(fetched).toEqual([`${origin}/colours.css`]);
});

it('replaces the links of frames in the page, and passes by those of other origins', async () => {
  const foreign = {
    get length(): never {
      throw new DOMException('Of another origin', 'SecurityError');
    },
  };
  const inner = page([], [page([linked(sheet('/style.css?inner'))])]);
  const shown = page([linked(sheet('/style.css'))], [foreign, inner]);
  expect(await refreshStyles(shown, ['/style.css'])).toEqual([]);
  expect(replaced).toEqual([`${origin}/style.css`, `${origin}/style.css?inner`]);
});

it.each([
  ['that nothing brings', () => []],
  ['of the same path as that of another origin', () => [linked(FOREIGN)]],
  ['that a <style> imports', () => [styled(sheet('/theme.css'))]],
  [
    'that a <style> imports beside a link',
    () => [linked(sheet('/theme.css')), styled(sheet('/theme.css'))],
  ],
])('tells of a sheet %s, and touches nothing', async (_, others) => {
  const shown = page([linked(sheet('/style.css')), ...others()]);
  expect(await refreshStyles(shown, ['/style.css', '/theme.css'])).toEqual(['/theme.css']);
  expect(replaced).toEqual([]);
  expect(fetched).toEqual([]);
});

it('keeps the old sheet when the new one does not come', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
  const shown = page([linked(sheet('/style.css'))]);
  await expect(refreshStyles(shown, ['/style.css'])).rejects.toThrow(TypeError);
  expect(replaced).toEqual([]);
});
