/** A visitor in this process, without a browser. */
import { generateKeyPair, identityFromKeyPair } from '../../../src/protocol/identity.ts';
import { visitSite } from '../../../src/visitor/node-visitor.ts';
import type { Asked } from '../questions.ts';

/** @param url of the site; rejects when nobody serves it */
export async function visit(url: string): Promise<Asked> {
  const { connection, close } = await open(url);
  return {
    async ask(method, target) {
      const head = { method, target, headers: [['accept', '*/*'] as const] };
      const { status, body } = await connection.request(head, null);
      const whole = body?.takeComplete();
      const chunks: Uint8Array[] = whole ? [whole] : [];
      if (!whole) {
        for (let chunk = await body?.read(); chunk; chunk = await body?.read()) chunks.push(chunk);
      }
      const bytes = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
      if (status !== 200) throw new Error(`${target}: ${status} ${Buffer.from(bytes)}`);
      return bytes;
    },
    close,
  };
}

async function open(url: string) {
  const visited = await visitSite({
    url: new URL(url),
    identity: await identityFromKeyPair(await generateKeyPair()),
    pins: {
      pinFor: () => ({ load: () => Promise.resolve(undefined), save: () => Promise.resolve() }),
    },
    signal: new AbortController().signal,
  });
  return { connection: visited.connection, close: async () => visited.close() };
}
