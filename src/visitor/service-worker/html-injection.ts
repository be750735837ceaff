/**
 * Puts the page script into HTML documents on their way to the frame, directly behind the doctype: before
 * any script of the site, and without changing the rendering mode.
 */

type Chunk = Uint8Array<ArrayBuffer>;

/** A doctype stands within the first bytes, or there is none. */
const SEARCH_BYTES = 1024;

/** `<!doctype …>` behind a byte order mark, blanks and comments only. */
const DOCTYPE = /^(?:\s|<!--[\s\S]*?-->)*<!doctype[^>]*>/i;

/**
 * Where the script goes in a document that begins with `start`: an offset in bytes, or undefined where the
 * document is in UTF-16 and its bytes are no ASCII.
 */
export function injectionOffset(start: Uint8Array): number | undefined {
  if ((start[0] === 0xfe && start[1] === 0xff) || (start[0] === 0xff && start[1] === 0xfe)) {
    return undefined;
  }
  const mark = start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf ? 3 : 0;
  // Latin-1 keeps one character a byte, so that offsets in the text are offsets in the bytes.
  const text = String.fromCharCode(...start.subarray(mark, SEARCH_BYTES));
  return mark + (DOCTYPE.exec(text)?.[0].length ?? 0);
}

/** The body with `script` (a whole element, as bytes) put in. */
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
        if (start.length < SEARCH_BYTES) return;
        controller.enqueue(insert(start, script));
        start = undefined;
      },
      flush(controller) {
        if (start !== undefined) controller.enqueue(insert(start, script));
      },
    }),
  );
}

function insert(bytes: Chunk, script: Chunk): Chunk {
  const offset = injectionOffset(bytes);
  if (offset === undefined) return bytes;
  return join(join(bytes.subarray(0, offset), script), bytes.subarray(offset));
}

function join(first: Chunk, second: Chunk): Chunk {
  const joined = new Uint8Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}

/**
 * A Content-Security-Policy that lets the injected script run: its hash is added where inline scripts are
 * not allowed anyway (with 'unsafe-inline', a hash would switch that off).
 * @param source e.g. `'sha256-…'`
 */
export function allowScript(policy: string, source: string): string {
  return policy
    .split(',')
    .map((single) => allowInSingle(single, source))
    .join(',');
}

function allowInSingle(policy: string, source: string): string {
  const directives = policy
    .split(';')
    .map((directive) => directive.trim())
    .filter((directive) => directive !== '');
  const find = (name: string) =>
    directives.findIndex((directive) => directive.split(/\s+/)[0]?.toLowerCase() === name);
  const own = ['script-src-elem', 'script-src'].map(find).find((index) => index >= 0);
  const index = own ?? find('default-src');
  const directive = directives[index];
  if (directive === undefined) return policy;
  const [name = '', ...sources] = directive.split(/\s+/);
  const hashed = sources.some((entry) => /^'(nonce|sha\d+)-/i.test(entry));
  if (sources.includes("'unsafe-inline'") && !hashed) return policy;
  const kept = sources.filter((entry) => entry.toLowerCase() !== "'none'");
  if (own === undefined) directives.push(['script-src', ...kept, source].join(' '));
  else directives[index] = [name, ...kept, source].join(' ');
  return directives.join('; ');
}
