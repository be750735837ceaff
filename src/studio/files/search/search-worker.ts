/**
 * Looks for a pattern in files, away from the page: an expression that takes for ever holds up nobody, and the
 * page ends this worker then. One file after the other, so that the page knows which one takes long.
 */
import type { SearchReply, SearchRequest } from './search-messages.ts';
import { findInText, textOfBytes } from './search-text.ts';

let pattern = /(?!)/gm;
let queue: Promise<void> = Promise.resolve();

self.addEventListener('message', ({ data }: MessageEvent<SearchRequest>) => {
  if (data.kind === 'pattern') pattern = new RegExp(data.pattern.source, data.pattern.flags);
  else queue = queue.then(() => search(data));
});

async function search(request: Extract<SearchRequest, { kind: 'file' }>): Promise<void> {
  const { id, content, maxLines } = request;
  try {
    const text = textOfBytes(new Uint8Array(await content.arrayBuffer()));
    if (text === undefined) return reply({ kind: 'not-text', id });
    reply({ kind: 'begun', id });
    reply({ kind: 'searched', id, lines: findInText(text, pattern, maxLines) });
  } catch {
    // Deleted meanwhile, or damaged: the page says how many could not be read.
    reply({ kind: 'unreadable', id });
  }
}

function reply(message: SearchReply): void {
  self.postMessage(message);
}
