/** Password hashes: PBKDF2 with HMAC-SHA-256, which Web Crypto has everywhere. */
import { fromBase64Url, toBase64Url } from '../../protocol/base64url.ts';

/** OWASP's number for PBKDF2-HMAC-SHA-256. Old hashes name their own and stay valid when this one grows. */
const ITERATIONS = 600_000;
const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** A hash may come from elsewhere than from here: it cannot make a check take minutes. */
const MAX_ITERATIONS = 10_000_000;
/** In characters: a longer password is no safer, and hashing it first costs time. */
const MAX_PASSWORD = 1024;
const FORM = /^\$pbkdf2-sha256\$i=(\d{1,8})\$([A-Za-z0-9_-]{16,86})\$([A-Za-z0-9_-]{43})$/;

/**
 * A hash to keep in the database in the place of the password. It names its algorithm, its parameters and its
 * salt: `$pbkdf2-sha256$i=600000$…$…`. Takes some tenths of a second, on purpose. Rejects with TypeError.
 */
export async function hashPassword(password: string): Promise<string> {
  requirePassword(password);
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  const hash = await derive(password, salt, ITERATIONS);
  return `$pbkdf2-sha256$i=${ITERATIONS}$${toBase64Url(salt)}$${toBase64Url(hash)}`;
}

/** True when `hash` was made of `password`. False for what is no hash of ours. Rejects with TypeError. */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  requirePassword(password);
  const [, count = '', saltText = '', hashText = ''] = FORM.exec(String(hash)) ?? [];
  const salt = fromBase64Url(saltText);
  const expected = fromBase64Url(hashText);
  const iterations = Number(count);
  if (!salt || expected?.length !== HASH_BYTES) return false;
  if (iterations < 1 || iterations > MAX_ITERATIONS) return false;
  return equalBytes(await derive(password, salt, iterations), expected);
}

function requirePassword(password: unknown): void {
  if (typeof password !== 'string') {
    throw new TypeError(
      `A password must be text, not ${password === null ? 'null' : typeof password}.`,
    );
  }
  if (password.length > MAX_PASSWORD) {
    throw new TypeError(`A password may have at most ${MAX_PASSWORD} characters.`);
  }
}

async function derive(
  password: string,
  salt: Uint8Array<ArrayBuffer>,
  iterations: number,
): Promise<Uint8Array<ArrayBuffer>> {
  // The same letters typed on another system may be composed otherwise.
  const bytes = new TextEncoder().encode(password.normalize('NFC'));
  const key = await crypto.subtle.importKey('raw', bytes, 'PBKDF2', false, ['deriveBits']);
  const parameters = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations };
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, key, HASH_BYTES * 8));
}

/** Compares in a time that does not tell where they differ. */
function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (const [index, byte] of a.entries()) difference |= byte ^ (b[index] ?? 0);
  return difference === 0;
}
