import { fromBase64Url, toBase64Url } from './base64url.ts';
import { PeerServerError } from './errors.ts';
import type { HandshakeRecord } from './handshake-record.ts';

/** Which of the two a signature speaks for. */
export type Role = 'host' | 'visitor';

/** A peer's long-lived P-256 key pair. The private half may be non-extractable. */
export interface Identity {
  /** Public key: the uncompressed point, base64url (87 characters). */
  readonly publicKey: string;
  /** Signs bytes with ECDSA over SHA-256; returns the 64-byte signature as base64url. */
  sign(bytes: Uint8Array<ArrayBuffer>): Promise<string>;
}

const KEY_ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNATURE_ALGORITHM = { name: 'ECDSA', hash: 'SHA-256' } as const;

/** A fresh key pair. `extractable` only where the private key has to be kept in a file. */
export async function generateKeyPair(extractable = false): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(KEY_ALGORITHM, extractable, ['sign', 'verify']);
}

/** Wraps a key pair, e.g. one read back from IndexedDB. */
export async function identityFromKeyPair(pair: CryptoKeyPair): Promise<Identity> {
  const point = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
  return {
    publicKey: toBase64Url(point),
    async sign(bytes) {
      const signature = await crypto.subtle.sign(SIGNATURE_ALGORITHM, pair.privateKey, bytes);
      return toBase64Url(new Uint8Array(signature));
    },
  };
}

/** True if `signature` (base64url) over `bytes` was made by `publicKey`; false for anything malformed. */
export async function verifySignature(
  publicKey: string,
  signature: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  const point = fromBase64Url(publicKey);
  const signatureBytes = fromBase64Url(signature);
  if (point?.length !== 65 || signatureBytes?.length !== 64) return false;
  let key: CryptoKey;
  try {
    key = await crypto.subtle.importKey('raw', point, KEY_ALGORITHM, false, ['verify']);
  } catch {
    // 65 bytes that are no point of the curve: nobody can have signed with it.
    return false;
  }
  return crypto.subtle.verify(SIGNATURE_ALGORITHM, key, signatureBytes, bytes);
}

/** A short form of a public key for people to compare: 8 groups of 4 hex digits of its SHA-256. */
export async function keyFingerprint(publicKey: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(publicKey));
  const hex = [...new Uint8Array(digest, 0, 16)]
    .map((b) => b.toString(16).padStart(2, '0'))
    .join('');
  return hex.replace(/(.{4})(?=.)/g, '$1 ');
}

/** The exact bytes that `role` signs to prove itself on one connection (H3). */
export function proofBytes(role: Role, record: HandshakeRecord): Uint8Array<ArrayBuffer> {
  const lines = [
    'peerserver connection proof',
    role,
    String(record.version),
    record.site,
    record.visitorKey,
    record.hostKey,
    record.visitorFingerprint,
    record.hostFingerprint,
    record.visitorNonce,
    record.hostNonce,
  ];
  if (lines.some((line) => line.includes('\n'))) {
    throw new PeerServerError('bad-input', 'A handshake field holds a line break.');
  }
  return new TextEncoder().encode(lines.join('\n'));
}

/**
 * The exact bytes a host signs to claim `name` at a signaling server.
 * @param challenge what the server sent (base64url)
 * @param server host and port that the host addresses (`URL.host`). It keeps the server from passing on the
 *   challenge of another one, to claim the name there with this signature
 */
export function claimBytes(
  name: string,
  challenge: string,
  server: string,
): Uint8Array<ArrayBuffer> {
  const lines = ['peerserver name claim', name, challenge, server];
  return new TextEncoder().encode(lines.join('\n'));
}

/** 16 random bytes as base64url. */
export function randomNonce(): string {
  return toBase64Url(crypto.getRandomValues(new Uint8Array(16)));
}
