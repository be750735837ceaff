import { randomUUID } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { PeerServerError } from '../../protocol/errors.ts';
import { generateKeyPair, type Identity, identityFromKeyPair } from '../../protocol/identity.ts';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const;
/** Read and written by its owner only: whoever has the file can take the site's name. */
const OWNER_ONLY = 0o600;

/**
 * The identity kept in a file (a JSON Web Key); a new one is made and stored when there is no such file.
 * @throws PeerServerError storage-failed when the file cannot be read, written, or is no such key
 */
export async function identityFromFile(path: string): Promise<Identity> {
  try {
    return await readIdentity(path, await readFile(path, 'utf8'));
  } catch (thrown) {
    if (!hasCode(thrown, 'ENOENT')) throw failed('read', path, thrown);
  }
  try {
    return await createIdentity(path);
  } catch (thrown) {
    // Another process made it in the meantime: there is one identity, and it is that one.
    if (hasCode(thrown, 'EEXIST')) return identityFromFile(path);
    throw failed('written', path, thrown);
  }
}

async function readIdentity(path: string, text: string): Promise<Identity> {
  try {
    const jwk = JSON.parse(text) as JsonWebKey;
    const privateKey = await crypto.subtle.importKey('jwk', jwk, ALGORITHM, false, ['sign']);
    const { kty, crv, x, y } = jwk;
    const publicJwk = { kty, crv, x, y } as JsonWebKey;
    const publicKey = await crypto.subtle.importKey('jwk', publicJwk, ALGORITHM, true, ['verify']);
    return await identityFromKeyPair({ privateKey, publicKey });
  } catch (cause) {
    const advice = 'Give another file, or remove this one to get a new identity.';
    throw new PeerServerError('storage-failed', `${path} holds no identity. ${advice}`, { cause });
  }
}

async function createIdentity(path: string): Promise<Identity> {
  const pair = await generateKeyPair(true);
  const jwk = await crypto.subtle.exportKey('jwk', pair.privateKey);
  // Written beside its place and linked into it: nobody ever reads half a key, and of two programs that
  // start at once one gets EEXIST.
  const draft = `${path}.${randomUUID()}`;
  try {
    await writeFile(draft, `${JSON.stringify(jwk, null, 2)}\n`, { mode: OWNER_ONLY, flush: true });
    await link(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
  return identityFromKeyPair(pair);
}

function failed(done: string, path: string, cause: unknown): PeerServerError {
  if (cause instanceof PeerServerError) return cause;
  const detail = cause instanceof Error ? cause.message : String(cause);
  const text = `The identity file ${path} cannot be ${done} (${detail}).`;
  return new PeerServerError('storage-failed', text, { cause });
}

function hasCode(thrown: unknown, code: string): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === code;
}
