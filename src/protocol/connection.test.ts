import { expect, test } from 'vitest';
import { createMemoryTransports } from '../link/memory.ts';
import { readWholeBody } from './body-streams.ts';
import { acceptConnection } from './host-connection.ts';
import { openConnection } from './visitor-connection.ts';

test('a request is answered with head and body', async () => {
  const pair = await createMemoryTransports();
  acceptConnection(pair.host, {
    connectionId: 'c1',
    handler: async (request) => {
      const sent = request.body ? await readWholeBody(request.body, 10_000_000) : new Uint8Array();
      return {
        status: 200,
        headers: [
          ['content-type', 'text/plain'],
          ['x-size', String(sent.length)],
        ],
        body: new Uint8Array(5_000_000).fill(7),
      };
    },
  });
  const visitor = await openConnection(pair.visitor, { identity: pair.visitorIdentity });
  const get = { method: 'GET', target: '/a', headers: [] };
  const answer = await visitor.request(get, null);
  expect(answer.status).toBe(200);
  const bytes = answer.body ? await readWholeBody(answer.body, 10_000_000) : new Uint8Array();
  expect(bytes.length).toBe(5_000_000);
  const { bodyOfBytes } = await import('./body-streams.ts');
  const posted = await visitor.request(
    { ...get, method: 'POST' },
    bodyOfBytes(new Uint8Array(3_000_000)),
  );
  expect(posted.headers).toContainEqual(['x-size', '3000000']);
});
