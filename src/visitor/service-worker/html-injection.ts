/**
 * Puts the page script into HTML documents on their way to the frame, directly behind the doctype: before
 * any script of the site, and without changing the rendering mode.
 */

type Chunk = Uint8Array<ArrayBuffer>;

/** A comment before the doctype may be long; one beyond this is taken for the page's own text. */
const MAX_PROLOGUE_BYTES = 64 * 1024;

/** What may stand before a doctype: blanks, comments, an XML declaration. */
const PROLOGUE = /^(?:\s|<!--[\s\S]*?-->|<\?[^>]*>)*/;
const DOCTYPE = /^<!doctype[^>]*>/i;
/** The beginning of a comment, declaration or doctype whose end has not come yet. */
const UNFINISHED = /^(?:<!--|<\?|<!doctype)|^<!?-?$|^<!d[a-z]{0,5}$/i;

// What the encoding standard calls Latin-1 differs in 0x80 to 0x9f, which no pattern here looks at.
const latin1 = new TextDecoder('latin1');

/** Where the script goes: at an offset in bytes, nowhere, or that shows only when more has come. */
type Place = number | 'nowhere' | 'undecided';

/**
 * Where the script goes in a document that begins with `start`. A document in UTF-16 is left alone, since
 * its bytes are no ASCII.
 * @param whole true when nothing more will come
 */
export function injectionPlace(start: Uint8Array, whole: boolean): Place {
  if ((start[0] === 0xfe && start[1] === 0xff) || (start[0] === 0xff && start[1] === 0xfe)) {
    return 'nowhere';
  }
  const mark = start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf ? 3 : 0;
  // Latin-1 keeps one character a byte, so that offsets in the text are offsets in the bytes.
  const text = latin1.decode(start.subarray(mark, MAX_PROLOGUE_BYTES));
  const prologue = PROLOGUE.exec(text)?.[0].length ?? 0;
  const rest = text.slice(prologue);
  const doctype = DOCTYPE.exec(rest)?.[0].length;
  if (doctype !== undefined) return mark + prologue + doctype;
  const isOpen = start.length < 3 || rest === '' || UNFINISHED.test(rest);
  return !whole && isOpen && start.length < MAX_PROLOGUE_BYTES ? 'undecided' : mark;
}

/** The body with `script` (a whole element, as bytes) put in, as soon as its place shows. */
export function injectScript(body: ReadableStream<Chunk>, script: Chunk): ReadableStream<Chunk> {
  let start: Chunk | undefined = new Uint8Array(0);
  return body.pipeThrough(
    new TransformStream<Chunk, Chunk>({
      transform(chunk, controller) {
        if (start === undefined) {
          controller.enqueue(chunk);
          return;
        }
        start = join(start, chunk);
        const place = injectionPlace(start, false);
        if (place === 'undecided') return;
        controller.enqueue(insert(start, script, place));
        start = undefined;
      },
      flush(controller) {
        if (start === undefined) return;
        const place = injectionPlace(start, true);
        controller.enqueue(insert(start, script, place === 'undecided' ? 0 : place));
      },
    }),
  );
}

/** The same for a body that is whole already. */
export function injectIntoWhole(body: Chunk, script: Chunk): Chunk {
  const place = injectionPlace(body, true);
  return insert(body, script, place === 'undecided' ? 0 : place);
}

function insert(bytes: Chunk, script: Chunk, place: number | 'nowhere'): Chunk {
  if (place === 'nowhere') return bytes;
  return join(join(bytes.subarray(0, place), script), bytes.subarray(place));
}

function join(first: Chunk, second: Chunk): Chunk {
  const joined = new Uint8Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}
