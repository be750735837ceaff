import { PeerServerError } from './errors.ts';
import type { Feature } from './features.ts';
import type { HandshakeRecord } from './handshake-record.ts';
import { type Identity, proofBytes, verifySignature } from './identity.ts';
import type { Limits } from './limits.ts';

/**
 * HELLO, the first frame of each side, on lane 0: JSON whose unknown fields are ignored (V2). The visitor's
 * carries its proof; the host executes nothing before it has checked it (H4).
 */
export interface Hello {
  /** Names of optional abilities; both sides use one only if both name it (V3). */
  readonly features: readonly string[];
  /** Credit that the sender of this HELLO gives each new stream, and the connection, in bytes (C1). */
  readonly streamWindow: number;
  readonly connectionWindow: number;
  /** Exchanges that the sender accepts at once (S3). */
  readonly openStreams: number;
  /** The visitor's signature over the handshake record; absent from a host. */
  readonly proof?: string;
}

/** Windows outside of this range would stall a body or hold more than a peer can mean. */
const MIN_WINDOW = 16 * 1024;
const MAX_WINDOW = 2 ** 31 - 1;

/** The visitor's HELLO, with its proof. */
export async function createVisitorHello(
  identity: Identity,
  record: HandshakeRecord,
  limits: Limits,
  features: readonly Feature[],
): Promise<Hello> {
  const proof = await identity.sign(proofBytes('visitor', record));
  return { ...createHostHello(limits, features), proof };
}

/** The host's HELLO; its proof came with the answer, before the connection (H3). */
export function createHostHello(limits: Limits, features: readonly Feature[]): Hello {
  const { streamWindow, connectionWindow, openStreams } = limits;
  return { features, streamWindow, connectionWindow, openStreams };
}

export function encodeHello(hello: Hello): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(hello));
}

/** Reads a HELLO. Throws `protocol-violation`. */
export function decodeHello(payload: Uint8Array): Hello {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch (cause) {
    throw new PeerServerError('protocol-violation', 'HELLO is not JSON.', { cause });
  }
  if (typeof value !== 'object' || value === null) throw violation('HELLO is not an object.');
  const fields = value as Record<string, unknown>;
  const { features, proof } = fields;
  return {
    features: Array.isArray(features) ? features.filter((name) => typeof name === 'string') : [],
    streamWindow: readCount(fields, 'streamWindow', MIN_WINDOW, MAX_WINDOW),
    connectionWindow: readCount(fields, 'connectionWindow', MIN_WINDOW, MAX_WINDOW),
    openStreams: readCount(fields, 'openStreams', 1, 1_000_000),
    ...(typeof proof === 'string' ? { proof } : {}),
  };
}

/** Checks that the visitor holds the key it named in its offer. Throws `identity-mismatch` (H4). */
export async function verifyVisitorHello(hello: Hello, record: HandshakeRecord): Promise<void> {
  const genuine =
    hello.proof !== undefined &&
    (await verifySignature(record.visitorKey, hello.proof, proofBytes('visitor', record)));
  if (!genuine) {
    throw new PeerServerError('identity-mismatch', 'The visitor did not prove its key.');
  }
}

function readCount(
  fields: Record<string, unknown>,
  name: string,
  min: number,
  max: number,
): number {
  const value = fields[name];
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
    throw violation(`HELLO needs "${name}", a whole number from ${min} to ${max}.`);
  }
  return value;
}

function violation(message: string): PeerServerError {
  return new PeerServerError('protocol-violation', message);
}
