import { once } from 'node:events';
import { type IncomingMessage, request as sendRequest } from 'node:http';
import { Readable } from 'node:stream';
import type { HeaderList, HostRequest, RequestHandler } from '../src/protocol/http-message.ts';

/** Fields of the hop between this handler and the server behind it; the site has none of it. */
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding']);

/** A site whose every answer comes from the server at `port` of this machine: a reverse proxy. */
export function forwardTo(port: number): RequestHandler {
  return async (request) => {
    const response = await forward(request, port);
    const hasBody =
      request.method !== 'HEAD' && ![204, 205, 304].includes(response.statusCode ?? 0);
    return {
      status: response.statusCode ?? 502,
      headers: headersOf(response),
      body: hasBody ? (Readable.toWeb(response) as ReadableStream<Uint8Array<ArrayBuffer>>) : null,
    };
  };
}

async function forward(request: HostRequest, port: number): Promise<IncomingMessage> {
  const outgoing = sendRequest({
    host: 'localhost',
    port,
    method: request.method,
    path: request.target,
    headers: request.headers.flat(),
    signal: request.signal,
  });
  // Awaited from now on: a server that knows the length may answer before the body's end has come here.
  const answered = once(outgoing, 'response');
  // Its failure is told below, unless that of the body comes first.
  answered.catch(() => undefined);
  for (let chunk = await request.body?.read(); chunk; chunk = await request.body?.read()) {
    outgoing.write(chunk);
  }
  outgoing.end();
  const [response] = (await answered) as [IncomingMessage];
  return response;
}

/** As the server has sent them: order and repeats are part of what is tested. */
function headersOf({ rawHeaders }: IncomingMessage): HeaderList {
  const headers: [string, string][] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase() ?? '';
    if (!HOP_BY_HOP.has(name)) headers.push([name, rawHeaders[index + 1] ?? '']);
  }
  return headers;
}
