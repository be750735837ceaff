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
});
