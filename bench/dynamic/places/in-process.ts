/** The site in this process, called without any connection; its code and its database have threads as always. */
import { pathToFileURL } from 'node:url';
import { openSite } from '../../../src/host/node/open-site.ts';
import type { ResponseBody } from '../../../src/protocol/http-message.ts';
import { ownProgram } from '../../lab/command-line.ts';
import type { Asked } from '../questions.ts';

const VISITOR = { key: 'A'.repeat(43), connectionId: 'bench' };

/** @param directory the project; its database is kept in it */
export async function openInProcess(directory: string): Promise<Asked> {
  const stop = new AbortController();
  const site = await openSite({
    directory,
    programs: new URL('./', pathToFileURL(ownProgram)),
    scheme: 'http',
    onLog: ({ level, text }) => {
      if (level === 'error') process.stderr.write(`${text}\n`);
    },
    signal: stop.signal,
  });
  return {
    async ask(method, target) {
      const { signal } = new AbortController();
      const headers = [['accept', '*/*'] as const];
      const request = { method, target, headers, body: null, signal, visitor: VISITOR };
      const { status, body } = await site.handler(request);
      const bytes = await readWhole(body);
      if (status !== 200) throw new Error(`${target}: ${status} ${Buffer.from(bytes)}`);
      return bytes;
    },
    async close() {
      stop.abort();
      await site.close();
    },
  };
}

async function readWhole(body: ResponseBody): Promise<Uint8Array> {
  if (body === null || body instanceof Uint8Array) return body ?? new Uint8Array();
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}
