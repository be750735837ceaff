import { describe, expect, it } from 'vitest';
import { createOpenFile } from './open-file.ts';

function place(hash: string) {
  return {
    hash,
    replace(next: string) {
      this.hash = next;
    },
  };
}

describe('the open file', () => {
  it('is kept in the address and found there again', () => {
    const address = place('');
    const file = createOpenFile(address);
    expect(file.path.value).toBeUndefined();
    file.open('photos/sea side #1.jpg');
    expect(createOpenFile(address).path.value).toBe('photos/sea side #1.jpg');
    file.open(undefined);
    expect(address.hash).toBe('');
  });

  it('is at the line that it was opened at, each time anew', () => {
    const file = createOpenFile(place(''));
    file.open('routes/a.ts', 2);
    const first = file.place.value;
    expect(first).toEqual({ path: 'routes/a.ts', line: 2 });
    file.open('routes/a.ts', 2);
    expect(file.place.value).toEqual(first);
    expect(file.place.value).not.toBe(first);
    file.open('routes/a.ts');
    expect(file.place.value).toBeUndefined();
  });

  it('is none when the hash is mangled', () => {
    expect(createOpenFile(place('#%E0%A4%A')).path.value).toBeUndefined();
  });

  it('is kept while another page is shown, and that page is in the address', () => {
    const address = place('#index.html');
    const file = createOpenFile(address);
    file.show('database');
    expect(address.hash).toBe('#/database');
    expect(file.path.value).toBe('index.html');
    expect(createOpenFile(address).view.value).toBe('database');
    file.show('site');
    expect(address.hash).toBe('#index.html');
  });

  it('follows an address that was changed by hand, and keeps the file where only the page changes', () => {
    const address = place('#index.html');
    const file = createOpenFile(address);
    address.hash = '#/visitors';
    file.follow();
    expect(file.view.value).toBe('visitors');
    expect(file.path.value).toBe('index.html');
    address.hash = '#about.html';
    file.follow();
    expect(file.view.value).toBe('site');
    expect(file.path.value).toBe('about.html');
  });

  it('counts each opening, of the same file, too', () => {
    const file = createOpenFile(place(''));
    file.open('index.html');
    file.open('index.html');
    file.open(undefined);
    expect(file.openings.value).toBe(2);
  });
});
