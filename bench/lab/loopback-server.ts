import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { build } from 'esbuild';
import { projectRoot } from '../project-root.ts';

/** Bytes of the small file that requests are timed with. */
export const SMALL_BYTES = 1024;
export const SMALL_PATH = '/small.bin';
/** The same, answered by the floor's service worker with a stream instead of an array. */
export const SMALL_STREAM_PATH = '/small-stream.bin';

/** The bench's own server: pages for the raw channel, the floor and plain HTTP. */
export interface LoopbackServer {
  /** A page with `window.rawEnd`. */
  readonly rawUrl: string;
  /** A page that frames one whose requests a service worker answers by itself. */
  readonly floorUrl: string;
  /** A page that frames one whose requests go to this server. */
  readonly plainUrl: string;
  close(): Promise<void>;
}

const SHELL_PAGE = `<!doctype html><meta charset="utf-8"><title>Shell</title>
<script type="module">
  if (location.search === '?worker') {
    await navigator.serviceWorker.register('/worker.js');
    await navigator.serviceWorker.ready;
    if (!navigator.serviceWorker.controller) {
      await new Promise((resolve) => navigator.serviceWorker.oncontrollerchange = resolve);
    }
  }
  const frame = document.createElement('iframe');
  frame.style = 'position: fixed; inset: 0; width: 100%; height: 100%; border: 0';
  frame.src = '/framed';
  document.body.append(frame);
</script>`;

const FRAMED_PAGE = '<!doctype html><meta charset="utf-8"><title>Framed</title><p>A page.';

const WORKER_SCRIPT = `
const bytes = new Uint8Array(${SMALL_BYTES});
const headers = { 'content-type': 'application/octet-stream', 'content-length': '${SMALL_BYTES}' };
const streamOf = (chunk) => new ReadableStream({
  start(controller) {
    controller.enqueue(chunk);
    controller.close();
  },
});
self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('fetch', (event) => {
  const { pathname } = new URL(event.request.url);
  if (pathname === '${SMALL_PATH}') event.respondWith(new Response(bytes, { headers }));
  if (pathname === '${SMALL_STREAM_PATH}') {
    event.respondWith(new Response(streamOf(bytes), { headers }));
  }
});`;

/** Starts it on the loopback interface. @param port 0 lets the system choose */
export async function startLoopbackServer(port: number): Promise<LoopbackServer> {
  const small = Buffer.alloc(SMALL_BYTES);
  const files: Readonly<Record<string, readonly [type: string, body: string | Buffer]>> = {
    '/raw': ['text/html', '<!doctype html><script type="module" src="/raw-end.js"></script>'],
    '/raw-end.js': ['text/javascript', await bundleRawEnd()],
    '/shell': ['text/html', SHELL_PAGE],
    '/framed': ['text/html', FRAMED_PAGE],
    '/worker.js': ['text/javascript', WORKER_SCRIPT],
    [SMALL_PATH]: ['application/octet-stream', small],
  };
  const server = createServer((request, response) => {
    const file = files[new URL(request.url ?? '/', 'http://localhost').pathname];
    if (file) send(response, 200, ...file);
    else send(response, 404, 'text/plain', 'Not found.');
  });
  // A pause between two blocks of requests must not cost the next block a new connection.
  server.keepAliveTimeout = 120_000;
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const used = (server.address() as AddressInfo).port;
  return {
    rawUrl: `http://raw.localhost:${used}/raw`,
    floorUrl: `http://floor.localhost:${used}/shell?worker`,
    plainUrl: `http://plain.localhost:${used}/shell`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function send(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

async function bundleRawEnd(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [`${projectRoot}/bench/pages/raw-end.ts`],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
}
