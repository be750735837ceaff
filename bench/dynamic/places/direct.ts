/** The Hono app on Node's own HTTP, and a client that keeps its connections. */
import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { runPeerServer } from '../../lab/command-line.ts';
import type { Asked } from '../questions.ts';

/** @param program the built `direct-server.ts`; @param args its arguments */
export async function startDirect(program: string, args: readonly string[]): Promise<Asked> {
  const server = await runPeerServer(args, {}, program);
  const agent = new Agent({ keepAlive: true });
  return {
    async ask(method, target) {
      const asked = request(new URL(target, server.address), { method, agent });
      asked.end();
      const [response] = (await once(asked, 'response')) as [IncomingMessage];
      const chunks: Uint8Array[] = [];
      response.on('data', (chunk: Uint8Array) => chunks.push(chunk));
      await once(response, 'end');
      const [first] = chunks;
      const bytes = chunks.length === 1 && first ? first : Buffer.concat(chunks);
      if (response.statusCode !== 200) throw new Error(`${target}: ${response.statusCode}`);
      return bytes;
    },
    async close() {
      agent.destroy();
      await server.stop();
    },
  };
}
