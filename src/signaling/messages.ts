/**
 * The whole vocabulary between signaling server, hosts and visitors, as JSON text over a WebSocket at
 * `/.peerserver/signal`. No message name is written anywhere else. Both directions are parsed here, by hand
 * and without a library, because the visitor's bootstrap uses this file and carries no third-party code.
 *
 * A host:     ← welcome   → claim   ← claimed | refused   then per visitor ← offer  → answer | decline  ⇄ candidate
 * A visitor:  ← welcome   → visit   ← site | absent       → offer  ← answer | declined  ⇄ candidate   and it hangs up
 * A session is one visitor's negotiation with one host; it ends with the visitor's socket.
 */
import type { AnswerFields, Candidate, IceServer, OfferFields } from '../protocol/negotiation.ts';

export type ClientMessage =
  | {
      readonly kind: 'claim';
      readonly name: string;
      readonly key: string;
      readonly signature: string;
    }
  /** Gives the claimed name back before its lease ends. */
  | { readonly kind: 'release' }
  | { readonly kind: 'visit'; readonly name: string }
  /** Once per session. A visitor has one session per socket, so its messages need no session id. */
  | ({ readonly kind: 'offer' } & OfferFields)
  | ({ readonly kind: 'answer'; readonly session: string } & AnswerFields)
  | {
      readonly kind: 'decline';
      readonly session: string;
      readonly code: string;
      readonly message: string;
    }
  /** `session` is required from a host and ignored from a visitor. */
  | { readonly kind: 'candidate'; readonly session: string | null; readonly candidate: Candidate };

export type ServerMessage =
  | { readonly kind: 'welcome'; readonly challenge: string }
  | { readonly kind: 'claimed'; readonly name: string; readonly iceServers: readonly IceServer[] }
  /** A name was not given; `suggestion` is one that would be. */
  | {
      readonly kind: 'refused';
      readonly code: RefusalCode;
      readonly message: string;
      readonly suggestion?: string;
    }
  /** Another tab of the same key took the name over; the socket closes next. */
  | { readonly kind: 'replaced' }
  | {
      readonly kind: 'site';
      readonly hostKey: string;
      readonly iceServers: readonly IceServer[];
    }
  | { readonly kind: 'absent'; readonly reason: AbsenceReason }
  /** Relayed to the host, with the session to name in what it sends to this visitor. */
  | ({
      readonly kind: 'offer';
      readonly session: string;
      readonly iceServers: readonly IceServer[];
    } & OfferFields)
  | ({ readonly kind: 'answer' } & AnswerFields)
  | { readonly kind: 'declined'; readonly code: string; readonly message: string }
  | { readonly kind: 'candidate'; readonly session: string | null; readonly candidate: Candidate }
  | { readonly kind: 'error'; readonly code: SignalErrorCode; readonly message: string };

/** Why a claim failed. */
export type RefusalCode = 'name-taken' | 'name-invalid' | 'bad-proof' | 'too-many-names';
/** Why a site cannot be visited now: nobody holds the name, or its host is not connected. */
export type AbsenceReason = 'unknown' | 'asleep';
/**
 * What was wrong with a client's message. After `too-many` (a limit of number or rate) the server closes the
 * socket; after the others it stays open.
 */
export type SignalErrorCode = 'malformed' | 'unknown-kind' | 'not-now' | 'too-many';

/** Largest message of a client in bytes: an SDP is a few KiB, so 32 KiB leaves room and no more. */
export const MAX_SIGNAL_BYTES = 32 * 1024;
/** Largest message of the server in bytes: a client's, with session and ICE servers added to it. */
export const MAX_SERVER_MESSAGE_BYTES = MAX_SIGNAL_BYTES + 16 * 1024;

type Fields = Record<string, unknown>;

/** Thrown by the parsers below; `code` is what the server answers with. */
export class SignalFormatError extends Error {
  override readonly name = 'SignalFormatError';
  constructor(
    readonly code: SignalErrorCode,
    message: string,
  ) {
    super(message);
  }
}

/** Reads what a client sent. Throws SignalFormatError; unknown fields are ignored (V2). */
export function parseClientMessage(text: string): ClientMessage {
  const fields = parseObject(text);
  switch (fields.kind) {
    case 'claim':
      return {
        kind: 'claim',
        name: readText(fields, 'name', 256),
        key: readText(fields, 'key', 128),
        signature: readText(fields, 'signature', 128),
      };
    case 'release':
      return { kind: 'release' };
    case 'visit':
      return { kind: 'visit', name: readText(fields, 'name', 256) };
    case 'offer':
      return { kind: 'offer', ...readOffer(fields) };
    case 'answer':
      return { kind: 'answer', session: readText(fields, 'session', 64), ...readAnswer(fields) };
    case 'decline':
      return {
        kind: 'decline',
        session: readText(fields, 'session', 64),
        code: readText(fields, 'code', 64),
        message: readText(fields, 'message', 512),
      };
    case 'candidate':
      return readCandidateMessage(fields);
    default:
      throw new SignalFormatError('unknown-kind', 'This kind of message is not known here.');
  }
}

/** Reads what the server sent. Throws SignalFormatError; a kind from the future is one of those, too. */
export function parseServerMessage(text: string): ServerMessage {
  const fields = parseObject(text);
  switch (fields.kind) {
    case 'welcome':
      return { kind: 'welcome', challenge: readText(fields, 'challenge', 64) };
    case 'claimed':
      return {
        kind: 'claimed',
        name: readText(fields, 'name', 63),
        iceServers: readIceServers(fields),
      };
    case 'refused': {
      const suggestion = fields.suggestion;
      return {
        kind: 'refused',
        code: readText(fields, 'code', 64) as RefusalCode,
        message: readText(fields, 'message', 512),
        ...(typeof suggestion === 'string' ? { suggestion } : {}),
      };
    }
    case 'replaced':
      return { kind: 'replaced' };
    case 'site':
      return {
        kind: 'site',
        hostKey: readText(fields, 'hostKey', 128),
        iceServers: readIceServers(fields),
      };
    case 'absent':
      return { kind: 'absent', reason: fields.reason === 'asleep' ? 'asleep' : 'unknown' };
    case 'offer':
      return {
        kind: 'offer',
        session: readText(fields, 'session', 64),
        iceServers: readIceServers(fields),
        ...readOffer(fields),
      };
    case 'answer':
      return { kind: 'answer', ...readAnswer(fields) };
    case 'declined':
      return {
        kind: 'declined',
        code: readText(fields, 'code', 64),
        message: readText(fields, 'message', 512),
      };
    case 'candidate':
      return readCandidateMessage(fields);
    case 'error':
      return {
        kind: 'error',
        code: readText(fields, 'code', 64) as SignalErrorCode,
        message: readText(fields, 'message', 512),
      };
    default:
      throw new SignalFormatError(
        'unknown-kind',
        'The signaling server sent a kind of message not known here.',
      );
  }
}

function parseObject(text: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new SignalFormatError('malformed', 'The message is not JSON.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new SignalFormatError('malformed', 'The message is not a JSON object.');
  }
  return value as Fields;
}

function readText(fields: Fields, name: string, maxLength: number): string {
  const value = fields[name];
  if (typeof value !== 'string' || value.length > maxLength) {
    throw new SignalFormatError(
      'malformed',
      `"${name}" must be text of at most ${maxLength} characters.`,
    );
  }
  return value;
}

function readNumber(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > 1_000_000) {
    throw new SignalFormatError('malformed', `"${name}" must be a small whole number.`);
  }
  return value;
}

function readOffer(fields: Fields): OfferFields {
  const versions = fields.versions;
  if (typeof versions !== 'object' || versions === null) {
    throw new SignalFormatError('malformed', '"versions" must be an object with min and max.');
  }
  return {
    sdp: readText(fields, 'sdp', MAX_SIGNAL_BYTES),
    visitorKey: readText(fields, 'visitorKey', 128),
    visitorNonce: readText(fields, 'visitorNonce', 64),
    versions: {
      min: readNumber(versions as Fields, 'min'),
      max: readNumber(versions as Fields, 'max'),
    },
  };
}

function readAnswer(fields: Fields): AnswerFields {
  return {
    sdp: readText(fields, 'sdp', MAX_SIGNAL_BYTES),
    hostKey: readText(fields, 'hostKey', 128),
    hostNonce: readText(fields, 'hostNonce', 64),
    version: readNumber(fields, 'version'),
    proof: readText(fields, 'proof', 128),
  };
}

function readCandidateMessage(fields: Fields) {
  const session = fields.session;
  const inner = fields.candidate;
  if (typeof inner !== 'object' || inner === null) {
    throw new SignalFormatError('malformed', '"candidate" must be an object.');
  }
  const candidate = inner as Fields;
  const mid = candidate.sdpMid;
  return {
    kind: 'candidate',
    session: typeof session === 'string' ? session.slice(0, 64) : null,
    candidate: {
      candidate: readText(candidate, 'candidate', 2048),
      sdpMid: typeof mid === 'string' ? mid.slice(0, 64) : null,
      sdpMLineIndex:
        candidate.sdpMLineIndex == null ? null : readNumber(candidate, 'sdpMLineIndex'),
    },
  } as const;
}

function readIceServers(fields: Fields): IceServer[] {
  const list = fields.iceServers;
  if (!Array.isArray(list) || list.length > 16) {
    throw new SignalFormatError('malformed', '"iceServers" must be a list of at most 16.');
  }
  return list.map((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null) {
      throw new SignalFormatError('malformed', 'An ICE server must be an object.');
    }
    const { urls, username, credential } = entry as Fields;
    if (!Array.isArray(urls) || !urls.every((url) => typeof url === 'string')) {
      throw new SignalFormatError('malformed', 'An ICE server needs "urls", a list of text.');
    }
    return {
      urls: urls as string[],
      ...(typeof username === 'string' ? { username } : {}),
      ...(typeof credential === 'string' ? { credential } : {}),
    };
  });
}
