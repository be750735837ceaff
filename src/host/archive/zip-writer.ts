import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';

type Bytes = Uint8Array<ArrayBuffer>;

/** One file for a zip. */
export interface ZipSource {
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly modified: number;
  /** Whether it is worth packing. */
  readonly packed: boolean;
  open(): Promise<Blob>;
  /** Called with the bytes that were read of it since the last call. */
  onRead?(bytes: number): void;
}

/** Packed at a time: some milliseconds of work, so that a page stays quick. */
const PIECE_BYTES = 128 * 1024;

/** What a zip can say of a time. */
const FIRST_TIME = new Date(1980, 0, 2).getTime();
const LAST_TIME = new Date(2099, 11, 30).getTime();

/**
 * A zip of these files, made as it is read. Fails with what opening a file fails with, and with the reason
 * of `signal`.
 */
export async function* zipChunks(
  sources: Iterable<ZipSource>,
  signal: AbortSignal,
): AsyncGenerator<Bytes, void, void> {
  const out: Bytes[] = [];
  let failure: Error | undefined;
  const zip = new Zip((error, chunk) => {
    if (error) failure = error;
    else if (chunk.length > 0) out.push(chunk);
  });
  const written = function* () {
    if (failure) throw failure;
    yield* out.splice(0);
  };
  for (const source of sources) {
    const file = source.packed ? new ZipDeflate(source.name) : new ZipPassThrough(source.name);
    file.mtime = Math.min(Math.max(source.modified, FIRST_TIME), LAST_TIME);
    zip.add(file);
    const blob = await source.open();
    for (let at = 0; at < blob.size; at += PIECE_BYTES) {
      signal.throwIfAborted();
      const piece = new Uint8Array(await blob.slice(at, at + PIECE_BYTES).arrayBuffer());
      file.push(piece);
      source.onRead?.(piece.length);
      yield* written();
    }
    file.push(new Uint8Array(), true);
    yield* written();
  }
  zip.end();
  yield* written();
}
