import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { prefixScript, startsWorker, workerResponse } from './worker-response.ts';

vi.mock('virtual:worker-script', () => ({ workerScript: '/*ours*/' }));

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

async function prefixed(script: string, pieces: readonly number[] = []): Promise<string> {
  const bytes = encoder.encode(script);
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      let offset = 0;
      for (const size of [...pieces, bytes.length]) {
        const piece = bytes.slice(offset, offset + size);
        if (piece.length > 0) controller.enqueue(piece);
        offset += size;
      }
      controller.close();
    },
  });
  return decoder.decode(await new Response(prefixScript(body, 'P;')).arrayBuffer());
}

test.each([
  ['go()', 'P;go()'],
  ['', 'P;'],
  ["'use strict'; go()", `"use strict";P;'use strict'; go()`],
  ['/* A */ // b\n"use strict"\ngo()', '"use strict";P;/* A */ // b\n"use strict"\ngo()'],
  ["'use asm'; go()", "P;'use asm'; go()"],
  ['/ab/.test("")', 'P;/ab/.test("")'],
  ['// only a comment', 'P;// only a comment'],
  ["'u'", "P;'u'"],
  ['\ufeffgo()', '\ufeffP;go()'],
  ["\ufeff'use strict'", `\ufeff"use strict";P;'use strict'`],
])('%j becomes %j, wherever the stream is cut', async (script, expected) => {
  expect(await prefixed(script)).toBe(expected);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 8 }), async (pieces) => {
      expect(await prefixed(script, pieces)).toBe(expected);
    }),
  );
});

test('a worker learns its shell and the policies of its own header', async () => {
  const headers = { 'content-length': '2', 'content-security-policy': "connect-src 'self'" };
  const response = workerResponse(new Response('go', { headers }), 'token');
  expect(response.headers.has('content-length')).toBe(false);
  const start = {
    shell: 'token',
    policies: [{ text: "connect-src 'self'", reportOnly: false }],
  };
  expect(await response.text()).toBe(
    `self["peerserver.worker"]=${JSON.stringify(start)};/*ours*/go`,
  );
});

test('only what becomes a worker is changed', () => {
  expect(['worker', 'sharedworker', 'script', ''].map(startsWorker)).toEqual([
    true,
    true,
    false,
    false,
  ]);
  const missing = new Response('not found', { status: 404 });
  expect(workerResponse(missing, undefined)).toBe(missing);
});
