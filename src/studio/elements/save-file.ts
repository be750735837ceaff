import { systemClock } from '../../protocol/clock.ts';
import { PeerServerError } from '../../protocol/errors.ts';

/** How long the bytes are kept for the browser to take them, milliseconds; some begin after the click. */
const KEEP_MS = 10_000;

/** Gives the browser a file to save, as a link to it would. */
export function saveFile(name: string, content: Blob | Uint8Array<ArrayBuffer>): void {
  // Of this type, no browser opens it instead.
  const url = URL.createObjectURL(new Blob([content], { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  systemClock.schedule(KEEP_MS, () => URL.revokeObjectURL(url));
}

/**
 * From this size on, bytes, a file goes straight to where a person wants it, if the browser can do that: a
 * browser keeps what it saves itself on the disk as well until it is copied, which takes room for two.
 */
export const STREAM_FROM_BYTES = 256 * 1024 * 1024;

type Bytes = ReadableStream<Uint8Array<ArrayBuffer>>;

/** Of the File System Access standard; Chromium has it. */
type SavePicker = (options: {
  readonly suggestedName: string;
}) => Promise<Pick<FileSystemFileHandle, 'createWritable'>>;

/**
 * Gives the browser a stream to save.
 * @param bytes about how large it will be
 * @param open makes the stream, once it is known where it goes
 * @throws PeerServerError cancelled when no place was chosen; what the stream throws
 */
export async function saveStream(
  name: string,
  bytes: number,
  open: () => Promise<Bytes>,
  signal: AbortSignal,
): Promise<void> {
  const picker: unknown = Reflect.get(window, 'showSaveFilePicker');
  if (bytes < STREAM_FROM_BYTES || typeof picker !== 'function') {
    saveFile(name, await blobOf(await open(), signal));
    return;
  }
  const place = await choosePlace(picker.bind(window) as SavePicker, name);
  // Only a stream that came to its end takes the place of a file that was there.
  await (await open()).pipeTo(await place.createWritable(), { signal });
}

async function choosePlace(picker: SavePicker, name: string): ReturnType<SavePicker> {
  try {
    return await picker({ suggestedName: name });
  } catch (cause) {
    throw new PeerServerError('cancelled', 'No place was chosen, so nothing was saved.', { cause });
  }
}

/** All of a stream; when the signal aborts, the stream is cancelled and the signal's reason thrown. */
async function blobOf(stream: Bytes, signal: AbortSignal): Promise<Blob> {
  const { readable, writable } = new TransformStream<Uint8Array<ArrayBuffer>>();
  const [blob] = await Promise.all([
    new Response(readable).blob(),
    stream.pipeTo(writable, { signal }),
  ]);
  return blob;
}
