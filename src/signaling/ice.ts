import { createHmac } from 'node:crypto';
import type { Clock } from '../protocol/clock.ts';
import { PeerServerError } from '../protocol/errors.ts';
import type { IceServer } from '../protocol/negotiation.ts';

/** A TURN server that shares a secret with us (coturn: `use-auth-secret`, `static-auth-secret`). */
export interface TurnOptions {
  /** E.g. `turn:turn.example:3478?transport=udp`. */
  readonly urls: readonly string[];
  readonly secret: string;
  /** How long credentials are good for, in seconds; a relayed connection may outlive them by far. */
  readonly ttlSeconds: number;
}

/** Gives the ICE servers for one session or key. */
export type IceProvider = (subject: string) => readonly IceServer[];

/**
 * Largest list in bytes of JSON; with an offer of MAX_SIGNAL_BYTES it must fit MAX_SERVER_MESSAGE_BYTES.
 */
const MAX_LIST_BYTES = 12 * 1024;
/** As many as a message may hold; browsers warn from five on, as each slows the gathering of candidates. */
const MAX_LIST_LENGTH = 16;

/**
 * Puts the operator's ICE servers together with TURN credentials of limited time.
 * @param clock its `now` must be milliseconds since 1970, since the TURN server compares times
 * @throws PeerServerError bad-input when the list is too long for a message
 */
export function createIceProvider(
  iceServers: readonly IceServer[],
  turn: TurnOptions | undefined,
  clock: Clock,
): IceProvider {
  const provide: IceProvider = (subject) =>
    turn
      ? [...iceServers, { urls: turn.urls, ...turnCredentials(turn, subject, clock) }]
      : iceServers;
  const sample = provide('x'.repeat(128));
  if (sample.length > MAX_LIST_LENGTH || JSON.stringify(sample).length > MAX_LIST_BYTES) {
    throw new PeerServerError(
      'bad-input',
      `There are too many ICE servers. Give at most ${MAX_LIST_LENGTH}, in ${MAX_LIST_BYTES} bytes.`,
    );
  }
  return provide;
}

/**
 * Credentials of the "TURN REST API" scheme (draft-uberti-behave-turn-rest-00), which coturn implements: the
 * user name carries the end of its validity, the password is an HMAC over it.
 */
export function turnCredentials(
  turn: TurnOptions,
  subject: string,
  clock: Clock,
): { username: string; credential: string } {
  const expiry = Math.floor(clock.now() / 1000) + turn.ttlSeconds;
  const username = `${expiry}:${subject}`;
  const credential = createHmac('sha1', turn.secret).update(username).digest('base64');
  return { username, credential };
}
