/** A page that runs a sandbox's runtime as the host does: in a worker from a data: URL, in an opaque frame. */

import { RUNTIME_HEADERS, type RuntimeMessage } from '../src/host/runtime/messages.ts';
import { acceptPortConnection, openPortConnection } from '../src/host/sandbox/port-connection.ts';
import { bodyOfBytes, readWholeBody } from '../src/protocol/body-streams.ts';
import type { HeaderList } from '../src/protocol/http-message.ts';

const FRAME = `<script>addEventListener('message', ({ data }) => {
  const worker = new Worker('data:text/javascript;charset=utf-8,' + encodeURIComponent(data.runtime));
  worker.postMessage(data.start, Object.values(data.start.ports));
})</script>`;

const messages: RuntimeMessage[] = [];
let connection: Awaited<ReturnType<typeof openPortConnection>>['connection'];
let number = 0;

async function start(): Promise<void> {
  const [runtime, code] = await Promise.all(
    ['/runtime.js', '/site.js'].map(async (url) => (await fetch(url)).text()),
  );
  const frame = document.createElement('iframe');
  frame.sandbox.add('allow-scripts');
  frame.srcdoc = FRAME;
  const loaded = new Promise((resolve) => frame.addEventListener('load', resolve));
  document.body.append(frame);
  await loaded;
  const control = new MessageChannel();
  const requests = new MessageChannel();
  const assets = new MessageChannel();
  const database = new MessageChannel();
  control.port1.onmessage = ({ data }) => messages.push(data);
  void acceptPortConnection(assets.port1, {
    handler: async () => ({ status: 404, headers: [], body: null }),
    connectionId: 'assets',
  });
  const ports = {
    control: control.port2,
    requests: requests.port2,
    assets: assets.port2,
    database: database.port2,
  };
  const settings = {
    development: true,
    variables: {},
    integers: 'number',
    sessionLifetimeMs: 1000,
    outboundFetch: 'all',
  };
  const message = { runtime, start: { kind: 'start', code, settings, ports } };
  frame.contentWindow?.postMessage(message, '*', Object.values(ports));
  connection = (await openPortConnection(requests.port1)).connection;
}

function head(target: string, method: string, run: string) {
  number += 1;
  const headers: HeaderList = [
    ['cookie', 'a=1'],
    [RUNTIME_HEADERS.request, String(number)],
    [RUNTIME_HEADERS.run, encodeURI(run)],
    [RUNTIME_HEADERS.visitorKey, 'visitor'],
    [RUNTIME_HEADERS.origin, 'http://garden.localhost:8890'],
  ];
  return { method, target, headers };
}

Object.assign(globalThis, {
  start,
  messages,
  async ask(target: string, { method = 'GET', run = 'server', bytes = 0 } = {}) {
    const body = bytes > 0 ? bodyOfBytes(new Uint8Array(bytes)) : null;
    const answer = await connection.request(head(target, method, run), body);
    const whole = answer.body ? await readWholeBody(answer.body, 1e6) : new Uint8Array();
    const { status, headers } = answer;
    return { status, headers, text: new TextDecoder().decode(whole) };
  },
  async echo(text: string) {
    const answer = await connection.openSocket(head('/ws', 'GET', 'server'));
    if (answer.kind !== 'open') return `refused: ${answer.response.status}`;
    await answer.socket.send(text);
    const heard = await answer.socket.read();
    answer.socket.close();
    return heard;
  },
});
