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

  it('is none when the hash is mangled', () => {
    expect(createOpenFile(place('#%E0%A4%A')).path.value).toBeUndefined();
  });
});
