import { describe, expect, it } from 'vitest';
import { hashPassword, verifyPassword } from './password.ts';

const SHORT_SALT = '$pbkdf2-sha256$i=1000$TmFDbA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

describe('a password’s hash', () => {
  it('names its algorithm and parameters, and holds for its password only', async () => {
    const hash = await hashPassword('secret');
    expect(hash).toMatch(/^\$pbkdf2-sha256\$i=600000\$[\w-]{22}\$[\w-]{43}$/);
    expect(await verifyPassword('secret', hash)).toBe(true);
    expect(await verifyPassword('Secret', hash)).toBe(false);
  });

  it('has a salt of its own each time', async () => {
    expect(await hashPassword('a')).not.toBe(await hashPassword('a'));
  });

  it('stays valid when the number of rounds is another one', async () => {
    const salt = new Uint8Array(16).fill(7);
    const key = await crypto.subtle.importKey(
      'raw',
      new TextEncoder().encode('old'),
      'PBKDF2',
      false,
      ['deriveBits'],
    );
    const bits = await crypto.subtle.deriveBits(
      { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: 1000 },
      key,
      256,
    );
    const text = (bytes: ArrayBuffer | Uint8Array) =>
      Buffer.from(bytes as ArrayBuffer).toString('base64url');
    const hash = `$pbkdf2-sha256$i=1000$${text(salt)}$${text(bits)}`;
    expect(await verifyPassword('old', hash)).toBe(true);
    expect(await verifyPassword('new', hash)).toBe(false);
  });

  it('is the same for letters that are composed otherwise', async () => {
    expect(await verifyPassword('e\u0301', await hashPassword('\u00e9'))).toBe(true);
  });

  it.each([
    ['empty', ''],
    ['a plain password', 'secret'],
    ['of another algorithm', '$2b$10$abcdefghijklmnopqrstuv'],
    [
      'of no rounds',
      '$pbkdf2-sha256$i=0$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    ],
    [
      'of so many rounds that they would take minutes',
      '$pbkdf2-sha256$i=99999999$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    ],
    ['with a salt that is too short', SHORT_SALT],
  ])('is refused when it is %s', async (_, hash) => {
    expect(await verifyPassword('Password', hash)).toBe(false);
  });

  it('is made of text only, and not of too much of it', async () => {
    await expect(hashPassword(undefined as never)).rejects.toThrow('must be text, not undefined');
    await expect(hashPassword('x'.repeat(1025))).rejects.toThrow('at most 1024');
  });
});
