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

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The block of a request. Throws `headers-too-large` or `bad-input` before anything is sent. */
export function encodeRequestHead(head: RequestHead, limit: Limit): Uint8Array<ArrayBuffer> {
  const wrong = faultOfStart(head.method, head.target);
  if (wrong) throw new PeerServerError('bad-input', wrong);
  return encode(
    [
      [':method', head.method],
      [':target', head.target],
    ],
    head.headers,
    limit,
  );
}

/** The block of an answer; errors as above. */
export function encodeResponseHead(head: ResponseHead, limit: Limit): Uint8Array<ArrayBuffer> {
  return encode([[':status', String(head.status)]], head.headers, limit);
}

/** Reads a request's block. Throws `headers-too-large` or `protocol-violation` (R1–R3). */
export function decodeRequestHead(block: Uint8Array, limit: Limit): RequestHead {
  const fields = decode(block, limit);
  const method = takePseudo(fields, ':method');
  const target = takePseudo(fields, ':target');
  const wrong = faultOfStart(method, target);
  if (wrong) throw violation(wrong);
  checkFields(fields);
  return { method, target, headers: fields };
}

/** Reads an answer's block; errors as above. */
export function decodeResponseHead(block: Uint8Array, limit: Limit): ResponseHead {
  const fields = decode(block, limit);
  const status = takePseudo(fields, ':status');
  if (!/^[2-5]\d\d$/.test(status)) throw violation('The status is not between 200 and 599.');
  checkFields(fields);
  return { status: Number(status), headers: fields };
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
