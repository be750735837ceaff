/**
 * What host and visitor say to each other about cookies that the host keeps (section 14): the names of the
 * fields, and the state that brings a visitor's copy of the jar up to date.
 */
import type { HeaderList } from './http-message.ts';

/** Fields of ours, which no handler gets to see (J1). */
export const OWN_FIELD_PREFIX = 'peerserver-';

/** The one target of the host's own, in section 14's sense (J6). */
export const COOKIES_TARGET = '/.peerserver/cookies';

export const COOKIE_FIELDS = {
  /** Request: what the visitor knows of the jar. Answer: what it does not know yet (J3). */
  state: 'peerserver-cookies',
  /** Request: something that a script has written to `document.cookie` (J4). */
  write: 'peerserver-cookie-write',
  /** Request: `omit` leaves cookies out both ways (J5). */
  credentials: 'peerserver-credentials',
} as const;

/** Epoch of a visitor without a jar: nothing was ever kept for it. */
export const NO_JAR = 'empty';

/** Longest name and value of a cookie together, bytes: what browsers take (RFC 6265bis, 5.7). */
export const COOKIE_BYTES = 4096;
/** Longest value of an attribute, bytes; a longer attribute is ignored (RFC 6265bis, 5.6). */
export const ATTRIBUTE_BYTES = 1024;
/** No cookie lives longer, milliseconds: 400 days (RFC 6265bis, 5.5). */
export const LONGEST_LIFE_MS = 400 * 24 * 60 * 60 * 1000;

export type SameSite = 'strict' | 'lax' | 'none';

/** What tells cookies of one jar apart. */
export interface CookieIdentity {
  /** Bytes as characters, as in a header; empty for a cookie that is only a value. */
  readonly name: string;
  readonly path: string;
  /** False for a cookie with a Domain attribute. */
  readonly hostOnly: boolean;
}

/** A cookie that scripts may see. */
export interface VisibleCookie extends CookieIdentity {
  /** Bytes as characters. */
  readonly value: string;
  readonly secure: boolean;
  readonly sameSite: SameSite;
  /** Milliseconds since 1970 by the clock of whoever holds it; null while the session lasts. */
  readonly expires: number | null;
  /** Cookies with paths of one length stand in this order. */
  readonly order: number;
}

/** The latest that happened to one cookie; it counts if its version is above what is known of the cookie. */
export type CookieChange =
  | { readonly version: number; readonly cookie: VisibleCookie }
  | { readonly version: number; readonly gone: CookieIdentity };

/** What a visitor lacks. */
export interface CookieState {
  /** Of which life of the jar; versions of different epochs say nothing about each other. */
  readonly epoch: string;
  /** The jar's version that this leads to. */
  readonly version: number;
  /** The host's time of day, milliseconds since 1970: lives are told by it. */
  readonly now: number;
  /** By writer: the last of its writes that have been done (J4). */
  readonly acks: Readonly<Record<string, number>>;
  /** `all`: what is not among the changes is not there. `large`: the changes are to be had at the target. */
  readonly scope: 'all' | 'changes' | 'large';
  readonly changes: readonly CookieChange[];
}

/** What a visitor knows of its jar. */
export interface KnownState {
  readonly epoch: string;
  readonly version: number;
}

/** Something that a script has written. */
export interface CookieWrite {
  /** Who numbers it: one page's life of a shell. */
  readonly writer: string;
  /** Grows with each write of the writer. */
  readonly seq: number;
  /** As in `Set-Cookie`, bytes as characters. */
  readonly text: string;
}

/** The request's field for what is known; `undefined` asks for everything. */
export function formatKnown(known: KnownState | undefined): string {
  return known ? `${known.epoch} ${known.version}` : 'none';
}

/** What the visitor knows, or undefined when it knows nothing that could be understood. */
export function parseKnown(text: string | undefined): KnownState | undefined {
  const match = /^([\w-]{1,64}) (\d{1,15})$/.exec(text ?? '');
  return match?.[1] && match[2] ? { epoch: match[1], version: Number(match[2]) } : undefined;
}

/** The field of a write, and a line of a flushed body. */
export function formatWrite({ writer, seq, text }: CookieWrite): string {
  return `${writer} ${seq} ${text}`;
}

/** A write, or undefined when it is not of its form. */
export function parseWrite(text: string): CookieWrite | undefined {
  const match = /^([\w-]{1,64}) (\d{1,15}) (.*)$/s.exec(text);
  if (!match) return undefined;
  const [, writer = '', seq = '', cookie = ''] = match;
  return { writer, seq: Number(seq), text: cookie };
}

/** The same fields without those of ours. */
export function withoutOwnFields(headers: HeaderList): HeaderList {
  return headers.filter(([name]) => !name.startsWith(OWN_FIELD_PREFIX));
}

/** JSON whose characters are all bytes, fit for a field. */
export function formatCookieState(state: CookieState): string {
  return JSON.stringify(state);
}

/**
 * The state in a host's field or body, with lives told by this side's clock; undefined when it is not of its
 * form. What is not a cookie among the changes is left out.
 * @param now this side's time of day, milliseconds since 1970
 */
export function parseCookieState(text: string, now: number): CookieState | undefined {
  const fields = parseObject(text);
  if (!fields) return undefined;
  const { epoch, version, now: hostNow, acks, scope, changes } = fields;
  if (typeof epoch !== 'string' || typeof version !== 'number' || typeof hostNow !== 'number') {
    return undefined;
  }
  if (scope !== 'all' && scope !== 'changes' && scope !== 'large') return undefined;
  return {
    epoch,
    version,
    now,
    scope,
    acks: readAcks(acks),
    changes: Array.isArray(changes) ? changes.flatMap((one) => readChange(one, now - hostNow)) : [],
  };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    return asObject(JSON.parse(text));
  } catch {
    // Not JSON: the caller is told so by the undefined.
    return undefined;
  }
}

function asObject(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

function readAcks(value: unknown): Record<string, number> {
  const entries = Object.entries(asObject(value) ?? {});
  return Object.fromEntries(
    entries.filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  );
}

function readChange(value: unknown, skew: number): CookieChange[] {
  const { version, cookie, gone } = asObject(value) ?? {};
  if (typeof version !== 'number') return [];
  const identity = readIdentity(cookie ?? gone);
  if (!identity) return [];
  if (cookie === undefined) return [{ version, gone: identity }];
  const { value: text, secure, sameSite, expires, order } = asObject(cookie) ?? {};
  if (typeof text !== 'string' || typeof order !== 'number') return [];
  if (expires !== null && typeof expires !== 'number') return [];
  const visible = {
    ...identity,
    value: text,
    secure: secure === true,
    sameSite: isSameSite(sameSite) ? sameSite : 'lax',
    expires: expires === null ? null : expires + skew,
    order,
  } as const;
  return [{ version, cookie: visible }];
}

function readIdentity(value: unknown): CookieIdentity | undefined {
  const { name, path, hostOnly } = asObject(value) ?? {};
  if (typeof name !== 'string' || typeof path !== 'string') return undefined;
  return { name, path, hostOnly: hostOnly !== false };
}

export function isSameSite(value: unknown): value is SameSite {
  return value === 'strict' || value === 'lax' || value === 'none';
}

/** A key for maps of cookies by their identity. */
export function identityKey({ name, path, hostOnly }: CookieIdentity): string {
  // No name holds a NUL, so nothing can be taken for something else.
  return `${name}\0${hostOnly ? '' : 'domain'}\0${path}`;
}
