import { workerScript } from 'virtual:worker-script';
import { joinChunks } from '../../protocol/join-chunks.ts';
import type { WorkerStart } from '../bridge/worker-sockets.ts';
import { WORKER_START } from '../bridge/worker-sockets.ts';
import { connectPolicies } from './document-policies.ts';

type Chunk = Uint8Array<ArrayBuffer>;

/** A licence may be long; a longer one is taken for code. */
const MAX_COMMENT_BYTES = 64 * 1024;

/** What may stand before a script's first token: blanks and comments. */
const BLANK = /^(?:\s|\/\/[^\n\r]*[\n\r]|\/\*[\s\S]*?\*\/)*/;
/** Something of which more has to be seen. */
const UNFINISHED = /^(?:\/$|\/\/|\/\*|["'](?:u|$))/;
const STRICT = /^(["'])use strict\1/;
/** The longest beginning that has to be seen in full. */
const DIRECTIVE_LENGTH = '"use strict"'.length;

const encoder = new TextEncoder();
const latin1 = new TextDecoder('latin1');

/** Whether the answer to a request becomes the script of a worker. */
export function startsWorker(destination: string): boolean {
  return destination === 'worker' || destination === 'sharedworker';
}

/**
 * A worker's script with ours before it, on its first line, so that line numbers stay.
 * @param shell token of the shell around the page that starts the worker
 */
export function workerResponse(response: Response, shell: string | undefined): Response {
  const { status, body } = response;
  if (status !== 200 || body === null) return response;
  const headers = new Headers(response.headers);
  headers.delete('content-length');
  const policies = connectPolicies(headers);
  const start: WorkerStart = shell === undefined ? { policies } : { shell, policies };
  const script = `self[${JSON.stringify(WORKER_START)}]=${JSON.stringify(start)};${workerScript}`;
  return new Response(prefixScript(body, script), { status, headers });
}

/** A script's bytes with `prefix` before them; a script that is strict by its first line stays so. */
export function prefixScript(body: ReadableStream<Chunk>, prefix: string): ReadableStream<Chunk> {
  let start: Chunk | undefined = new Uint8Array();
  const begin = (bytes: Chunk, isStrict: boolean): Chunk[] => {
    // The mark of UTF-8 is one only in first place.
    const mark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
    const text = `${isStrict ? '"use strict";' : ''}${prefix}`;
    return [bytes.slice(0, mark), encoder.encode(text), bytes.slice(mark)];
  };
  return body.pipeThrough(
    new TransformStream<Chunk, Chunk>({
      transform(chunk, controller) {
        if (start === undefined) {
          controller.enqueue(chunk);
          return;
        }
        start = joinChunks([start, chunk], start.length + chunk.length);
        const strict = strictness(start);
        if (strict === 'undecided') return;
        for (const piece of begin(start, strict === 'strict')) controller.enqueue(piece);
        start = undefined;
      },
      flush(controller) {
        if (start === undefined) return;
        for (const piece of begin(start, strictness(start) === 'strict')) controller.enqueue(piece);
      },
    }),
  );
}

function strictness(bytes: Chunk): 'strict' | 'sloppy' | 'undecided' {
  const text = latin1.decode(bytes.subarray(0, MAX_COMMENT_BYTES)).replace(/^ï»¿/, '');
  const rest = text.slice(BLANK.exec(text)?.[0].length ?? 0);
  if (STRICT.test(rest)) return 'strict';
  if (bytes.length >= MAX_COMMENT_BYTES) return 'sloppy';
  // Before its third byte a mark of UTF-8 is not to be known.
  const isShort =
    bytes.length < 3 || rest === '' || (UNFINISHED.test(rest) && rest.length < DIRECTIVE_LENGTH);
  return isShort || /^\/[/*]/.test(rest) ? 'undecided' : 'sloppy';
}
