/**
 * Owns the connection to the host, off the page's thread: site and shell share that one, and a site that
 * computes must not hold up its own requests (docs/decisions/0003). Only the RTCPeerConnection itself stays
 * in the page, since workers have none; its data channels are handed over here.
 */
import { createWorkerPeer } from '../../link/worker-peer.ts';
import type { PeerServerError } from '../../protocol/errors.ts';
import { BridgeServer } from '../bridge/bridge-server.ts';
import { connectSite, HostKeyChangedError } from '../connect-site.ts';
import { createWorkerCookies, type WorkerCookies } from '../cookies/worker-cookies.ts';
import { SiteConnection, type SiteState } from '../site-connection.ts';
import { openVisitorStore } from '../visitor-store.ts';
import type { ConnectionState, PlainError, ToConnectionWorker, ToPage } from './messages.ts';
import { PageSockets } from './page-sockets.ts';
import { serveWorkerSockets } from './worker-sockets.ts';

declare const self: DedicatedWorkerGlobalScope;

/** Firefox ends a service worker 30 s after its last event, whatever it streams; this leaves some room. */
const KEEP_ALIVE_MS = 20_000;

type Start = Extract<ToConnectionWorker, { kind: 'start' }>;

interface Running {
  readonly site: SiteConnection;
  readonly bridge: BridgeServer;
  readonly sockets: PageSockets;
  readonly cookies: WorkerCookies;
}

let running: Promise<Running> | undefined;

self.onmessage = (event: MessageEvent<ToConnectionWorker>) => {
  const message = event.data;
  const [port] = event.ports;
  switch (message.kind) {
    case 'start':
      running = start(message);
      running.catch((thrown: unknown) => {
        const text = thrown instanceof Error ? thrown.message : String(thrown);
        post({ kind: 'broken', message: text });
      });
      break;
    case 'bridge':
      if (port) void running?.then(({ bridge }) => bridge.serve(port, message.worker));
      break;
    case 'socket':
      if (port) void running?.then(({ sockets }) => sockets.serve(message.request, port));
      break;
    case 'cookie-write':
    case 'cookies-applied':
      void running?.then(({ cookies }) => cookies.receive(message));
      break;
    case 'retry':
      void running?.then(({ site }) => site.start());
      break;
  }
};

async function start({ site: name, signalUrl, shell }: Start): Promise<Running> {
  const { identity, pin } = await openVisitorStore();
  const createPeer = createWorkerPeer((iceServers, port) =>
    self.postMessage({ kind: 'peer', iceServers } satisfies ToPage, [port]),
  );
  let latest: SiteState | undefined;
  const site = new SiteConnection({
    connect: (signal) =>
      connectSite({
        site: name,
        signalUrl,
        identity,
        pin,
        createPeer,
        cookies: 'host',
        signal,
        onProgress: (step) => post({ kind: 'progress', step }),
      }),
    // The worker ends with the page, and with it everything here.
    signal: new AbortController().signal,
    onState: (state) => {
      const isLatest = () => state === latest;
      latest = state;
      const tell = () => post({ kind: 'state', state: plainState(state) });
      if (state.kind !== 'connected') tell();
      // The site's first page must find its cookies, also if it comes out of a cache.
      else void cookies.courier.connected().then(() => isLatest() && tell());
    },
  });
  const cookies = createWorkerCookies(site, shell, post);
  const bridge = new BridgeServer({ site: cookies.courier, shell, onBusy: keepAliveWhile() });
  const sockets = new PageSockets({
    openSocket: (head, options) => cookies.courier.openSocket(head, options),
    origin: self.origin,
    headers: [
      ['user-agent', navigator.userAgent],
      ['accept-language', navigator.languages.join(', ')],
    ],
  });
  serveWorkerSockets(sockets, shell);
  site.start();
  return { site, bridge, sockets, cookies };
}

/** A timer here rather than in the page, where timers of hidden tabs are slowed down. */
function keepAliveWhile(): (busy: boolean) => void {
  let timer: ReturnType<typeof setInterval> | undefined;
  return (busy) => {
    clearInterval(timer);
    if (busy) timer = setInterval(() => post({ kind: 'keep-alive' }), KEEP_ALIVE_MS);
  };
}

function plainState(state: SiteState): ConnectionState {
  switch (state.kind) {
    case 'connecting':
    case 'connected':
      return { kind: state.kind };
    case 'waiting':
      return { ...state, error: plainError(state.error) };
    case 'stopped':
      return { ...state, error: plainError(state.error) };
  }
}

function plainError(error: PeerServerError): PlainError {
  const { code, message } = error;
  if (!(error instanceof HostKeyChangedError)) return { code, message };
  return { code, message, changedKey: { known: error.knownKey, shown: error.shownKey } };
}

function post(message: ToPage): void {
  self.postMessage(message);
}
