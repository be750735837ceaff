import { PeerServerError } from '../../protocol/errors.ts';

/**
 * The text of a file, to be edited and written back: a mark of byte order at its beginning is kept as a character.
 * @throws PeerServerError bad-input when it is not UTF-8: with a sign in place of whatever cannot be read, the next
 * save would destroy that
 */
export async function decodeText(content: Blob): Promise<string> {
  const bytes = await content.arrayBuffer();
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    const text =
      'This file is not UTF-8 text, so it would be damaged by being edited here. Convert it to UTF-8 and upload it again.';
    throw new PeerServerError('bad-input', text, { cause });
  }
}
