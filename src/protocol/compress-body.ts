/** How an answer's body becomes gzip before it leaves (section 13). */
import { bodyOfBytes } from './body-streams.ts';
import { isCompressible, MIN_COMPRESSED_BYTES } from './compressible.ts';
import { type BodyReader, type HostResponse, headerValue } from './http-message.ts';
import { TransformedBody } from './transformed-body.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** Up to here a body is compressed before its head leaves, bytes: some milliseconds at most. */
const MAX_WHOLE_BYTES = 256 * 1024;
/** A larger body is given to the compressor in such pieces, so that others get a turn between them. */
const SLICE_BYTES = 64 * 1024;

/** Compressed forms of bodies that are given out again and again; each lives as long as its body. */
const kept = new WeakMap<Bytes, Promise<Bytes | undefined>>();

/**
 * Whether the body should be compressed: its type shrinks and its whole length is known and worth it. A stream
 * of unknown length never is, since gzip would hold back its pieces (G2).
 */
export function isWorthCompressing({ status, headers, body }: HostResponse): boolean {
  if (body === null) return false;
  const bytes = body instanceof Uint8Array ? body.length : announcedBytes(headers);
  return bytes >= MIN_COMPRESSED_BYTES && isCompressible(status, headers);
}

/** Whether these bytes are compressed at once, by `gzipWhole`, rather than as they leave. */
export function fitsWhole(bytes: Bytes): boolean {
  return bytes.length <= MAX_WHOLE_BYTES;
}

/**
 * The bytes as gzip, or undefined when that is not shorter.
 * @param isConstant they never change, so the result may be kept for the next answer
 */
export function gzipWhole(bytes: Bytes, isConstant: boolean): Promise<Bytes | undefined> {
  if (!isConstant) return compressAll(bytes);
  let result = kept.get(bytes);
  if (!result) {
    result = compressAll(bytes);
    kept.set(bytes, result);
  }
  return result;
}

/** A body as gzip, piece by piece. */
export function gzipBody(body: BodyReader): BodyReader {
  const options = { sliceBytes: SLICE_BYTES, failure: 'host-failed' } as const;
  return new TransformedBody(body, new CompressionStream('gzip'), options);
}

async function compressAll(bytes: Bytes): Promise<Bytes | undefined> {
  const body = gzipBody(bodyOfBytes(bytes));
  const whole = new Uint8Array(bytes.length);
  let length = 0;
  for (let chunk = await body.read(); chunk; chunk = await body.read()) {
    if (length + chunk.length >= bytes.length) {
      body.cancel();
      return undefined;
    }
    whole.set(chunk, length);
    length += chunk.length;
  }
  return whole.slice(0, length);
}

/** Length of a stream as its head announces it; 0 when it does not. */
function announcedBytes(headers: HostResponse['headers']): number {
  const value = headerValue(headers, 'content-length');
  return value !== undefined && /^\d{1,15}$/.test(value) ? Number(value) : 0;
}
