import { PeerServerError } from './errors.ts';
import type { HeaderList, RequestHead, ResponseHead } from './http-message.ts';
import type { Limits } from './limits.ts';

/**
 * Header blocks: UTF-8 JSON, a list of `[name, value]` pairs. The first pairs are the start line, named with
 * a colon as in HTTP/2: `:method` and `:target`, or `:status` (R1–R3).
 */

const TOKEN = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;
const METHOD = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}$/;
/**
 * Characters a field's value must not hold: the first three would let one field smuggle in another (RFC 9110,
 * 5.5), the rest are no bytes (R2).
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
const BAD_IN_VALUE = /[\u0000\r\n]|[^\u0000-\u00ff]/;
/** Path and query: printable ASCII beyond the space, without a hash. */
const TARGET = /^\/[\u0021\u0022\u0024-\u007e]*$/;
const MAX_TARGET_LENGTH = 16 * 1024;

/** Fields that speak of one hop's connection; frames say what they would say (RFC 9113, 8.2.2). */
const CONNECTION_FIELDS = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
]);

type Limit = Pick<Limits, 'headerBytes' | 'headerFields'>;

/** The only value of the third pseudo field (W1). */
export type UpgradeProtocol = 'websocket';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The block of a request. Throws `headers-too-large` or `bad-input` before anything is sent.
 * @param protocol what the exchange is to become; the peers must have agreed on it (W1)
 */
export function encodeRequestHead(
  head: RequestHead,
  limit: Limit,
  protocol?: UpgradeProtocol,
): Uint8Array<ArrayBuffer> {
  const wrong = faultOfStart(head.method, head.target);
  if (wrong) throw new PeerServerError('bad-input', wrong);
  const start = [
    [':method', head.method],
    [':target', head.target],
  ] as const;
  return encode([...start, ...pseudoProtocol(protocol)], head.headers, limit);
}

/** The block of an answer; errors as above. @param protocol what the exchange has become (W2) */
export function encodeResponseHead(
  head: ResponseHead,
  limit: Limit,
  protocol?: UpgradeProtocol,
): Uint8Array<ArrayBuffer> {
  const start = [[':status', String(head.status)], ...pseudoProtocol(protocol)] as const;
  return encode(start, head.headers, limit);
}

/**
 * Reads a request's block. Throws `headers-too-large` or `protocol-violation` (R1–R3).
 * @param mayUpgrade whether `:protocol` may occur: the peers have agreed on it (W1)
 */
export function decodeRequestHead(
  block: Uint8Array,
  limit: Limit,
  mayUpgrade = false,
): RequestHead & { readonly protocol?: UpgradeProtocol } {
  const fields = decode(block, limit);
  const method = takePseudo(fields, ':method');
  const target = takePseudo(fields, ':target');
  const protocol = mayUpgrade ? takeProtocol(fields) : {};
  const wrong = faultOfStart(method, target);
  if (wrong) throw violation(wrong);
  if (protocol.protocol && method !== 'GET') throw violation('A WebSocket is asked for with GET.');
  checkFields(fields);
  return { method, target, headers: fields, ...protocol };
}

/** Reads an answer's block; errors as above. @param mayUpgrade whether a WebSocket was asked for (W2) */
export function decodeResponseHead(
  block: Uint8Array,
  limit: Limit,
  mayUpgrade = false,
): ResponseHead & { readonly protocol?: UpgradeProtocol } {
  const fields = decode(block, limit);
  const status = takePseudo(fields, ':status');
  if (!/^[2-5]\d\d$/.test(status)) throw violation('The status is not between 200 and 599.');
  const protocol = mayUpgrade ? takeProtocol(fields) : {};
  if (protocol.protocol && status !== '200') throw violation('A WebSocket opens with status 200.');
  checkFields(fields);
  return { status: Number(status), headers: fields, ...protocol };
}

/** True if an answer to `method` with `status` has no body whatever its headers say (R4, RFC 9110, 6.4.1). */
export function hasNoBody(method: string, status: number): boolean {
  return method === 'HEAD' || status === 204 || status === 205 || status === 304;
}

/** What is wrong with a request's pseudo fields, if anything (R3). */
function faultOfStart(method: string, target: string): string | undefined {
  if (!METHOD.test(method)) return 'The method is not a token.';
  if (target.length <= MAX_TARGET_LENGTH && TARGET.test(target)) return undefined;
  return `The request target must be a percent-encoded path of at most ${MAX_TARGET_LENGTH} characters.`;
}

function encode(start: HeaderList, headers: HeaderList, limit: Limit): Uint8Array<ArrayBuffer> {
  const fields = headers.map(([name, value]) => [name.toLowerCase(), value] as const);
  const kept = fields.filter(([name]) => !CONNECTION_FIELDS.has(name));
  for (const [name, value] of kept) {
    if (!TOKEN.test(name) || BAD_IN_VALUE.test(value)) {
      throw new PeerServerError(
        'bad-input',
        `The header field "${name.slice(0, 64)}" is malformed.`,
      );
    }
  }
  const block = encoder.encode(JSON.stringify([...start, ...kept]));
  requireSize(block.length, start.length + kept.length, limit);
  return block;
}

function decode(block: Uint8Array, limit: Limit): [name: string, value: string][] {
  requireSize(block.length, 0, limit);
  let value: unknown;
  try {
    value = JSON.parse(decoder.decode(block));
  } catch (cause) {
    throw new PeerServerError('protocol-violation', 'A header block is not JSON.', { cause });
  }
  if (!Array.isArray(value)) throw violation('A header block is not a list.');
  requireSize(0, value.length, limit);
  return value.map((pair: unknown) => {
    if (!Array.isArray(pair) || pair.length !== 2) throw violation('A header field is not a pair.');
    const [name, text] = pair as [unknown, unknown];
    if (typeof name !== 'string' || typeof text !== 'string')
      throw violation('A header field is not text.');
    return [name, text];
  });
}

function takePseudo(fields: [string, string][], name: string): string {
  const first = fields.shift();
  if (first?.[0] !== name) throw violation(`A header block must begin with ${name}.`);
  return first[1];
}

function pseudoProtocol(protocol: UpgradeProtocol | undefined): HeaderList {
  return protocol === undefined ? [] : [[':protocol', protocol]];
}

/** The third pseudo field, if it is there. */
function takeProtocol(fields: [string, string][]): { readonly protocol?: UpgradeProtocol } {
  if (fields[0]?.[0] !== ':protocol') return {};
  if (takePseudo(fields, ':protocol') !== 'websocket') throw violation('An unknown :protocol.');
  return { protocol: 'websocket' };
}

function checkFields(fields: readonly [string, string][]): void {
  for (const [name, value] of fields) {
    if (!TOKEN.test(name)) throw violation('A field name is not a lower-case token.');
    if (BAD_IN_VALUE.test(value))
      throw violation('A field value holds a line break, NUL or no byte.');
    if (CONNECTION_FIELDS.has(name)) throw violation(`The field ${name} has no meaning here.`);
  }
}

function requireSize(bytes: number, fields: number, limit: Limit): void {
  if (bytes <= limit.headerBytes && fields <= limit.headerFields) return;
  throw new PeerServerError(
    'headers-too-large',
    `Headers are limited to ${limit.headerBytes} bytes in ${limit.headerFields} fields; send fewer or shorter ones.`,
  );
}

function violation(message: string): PeerServerError {
  return new PeerServerError('protocol-violation', message);
}
