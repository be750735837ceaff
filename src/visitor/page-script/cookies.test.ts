import { describe, expect, test } from 'vitest';
import type { PageCookie, PageCookies } from '../cookies/page-cookies.ts';
import { installCookies } from './cookies.ts';

/** A window with a document, as far as cookies look at them. */
class StandInWindow {
  readonly Document = class StandInDocument {
    declare cookie: string;

    constructor(readonly defaultView: StandInWindow | null) {}
  };
  readonly document = new this.Document(this);
  readonly parent: StandInWindow;

  constructor(
    readonly location: { readonly protocol: string; readonly pathname: string },
    parent?: StandInWindow,
  ) {
    this.parent = parent ?? this;
    Object.defineProperty(this.Document.prototype, 'cookie', {
      get: () => 'the browser’s own',
      set: () => undefined,
      configurable: true,
    });
  }

  install(cookies: PageCookies): this {
    // Far from all of a window, which its type would ask for.
    Reflect.apply(installCookies, undefined, [this, cookies]);
    return this;
  }
}

function cookie(name: string, value: string): PageCookie {
  const basis = { path: '/', domain: null, secure: false, sameSite: 'lax', expires: null } as const;
  return { name, value, ...basis };
}

/** Cookies that only remember what is asked and written. */
class StandInCookies implements PageCookies {
  readonly written: [text: string, path: string][] = [];

  visible(path: string): readonly PageCookie[] {
    return [cookie('path', path), cookie('', 'mere value')];
  }

  write(text: string, path: string): boolean {
    this.written.push([text, path]);
    return true;
  }

  subscribe(): () => void {
    return () => {};
  }
}

const page = { protocol: 'http:', pathname: '/shop/a%20b' };

describe('document.cookie', () => {
  test('reads and writes by the path of the document', () => {
    const cookies = new StandInCookies();
    const { document } = new StandInWindow(page).install(cookies);
    expect(document.cookie).toBe('path=/shop/a%20b; mere value');
    document.cookie = 'a=1; path=/';
    expect(cookies.written).toEqual([['a=1; path=/', '/shop/a%20b']]);
  });

  test('of a frame that a page fills itself goes by the page around it', () => {
    const cookies = new StandInCookies();
    const outer = new StandInWindow(page);
    const srcdoc = new StandInWindow({ protocol: 'about:', pathname: 'srcdoc' }, outer);
    const blank = new StandInWindow({ protocol: 'about:', pathname: 'blank' }, srcdoc);
    expect(blank.install(cookies).document.cookie).toBe('path=/shop/a%20b; mere value');
  });

  test('is empty, and keeps nothing, in documents without an address or a window', () => {
    const cookies = new StandInCookies();
    const view = new StandInWindow({ protocol: 'blob:', pathname: 'http://x/1' }).install(cookies);
    const parsed = new view.Document(null);
    for (const document of [view.document, parsed]) {
      document.cookie = 'a=1';
      expect(document.cookie).toBe('');
    }
    expect(cookies.written).toEqual([]);
  });

  test('is put in place once, and looks like a browser’s', () => {
    const view = new StandInWindow(page).install(new StandInCookies());
    const describeIt = () => Object.getOwnPropertyDescriptor(view.Document.prototype, 'cookie');
    const first = describeIt();
    expect(view.install(new StandInCookies()) && describeIt()).toEqual(first);
    expect(first).toMatchObject({ enumerable: true, configurable: true });
    expect([first?.get?.name, first?.set?.name]).toEqual(['get cookie', 'set cookie']);
  });
});
