/** A host that serves, with everything around it in a test's hands; it ends with the test. */
import { afterEach } from 'vitest';
import { parseSiteName, type SiteName } from '../../address/site-name.ts';
import type { answer } from '../../link/answer.ts';
import { createMemoryTransports, type MemoryPair } from '../../link/memory.ts';
import { readWholeBody } from '../../protocol/body-streams.ts';
import type { RequestHandler } from '../../protocol/http-message.ts';
import { generateKeyPair, identityFromKeyPair } from '../../protocol/identity.ts';
import { ManualClock } from '../../protocol/testing/manual-clock.ts';
import { openConnection } from '../../protocol/visitor-connection.ts';
import { type ServeControl, type ServeOptions, serveSite } from '../serve.ts';
import type { ServeEvent } from '../serve-event.ts';
import type { OfferMessage } from '../visitor-connections.ts';
import { EventLog } from './event-log.ts';
import { type HostSocket, SignalingStandIn } from './signaling-stand-in.ts';

export const identity = await identityFromKeyPair(await generateKeyPair());
const running: { abort: AbortController; done: Promise<unknown> }[] = [];

afterEach(async () => {
  for (const { abort, done } of running.splice(0)) {
    abort.abort();
    await done;
  }
});

function siteName(text: string): SiteName {
  const parsed = parseSiteName(text);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.name;
}

const hello: RequestHandler = async () => ({
  status: 200,
  headers: [['content-type', 'text/plain']],
  body: new TextEncoder().encode('hello'),
});

/** A host that serves, with everything around it in the test's hands. */
export function startHost(options: Partial<ServeOptions> = {}) {
  const signaling = new SignalingStandIn();
  const clock = new ManualClock();
  const abort = new AbortController();
  const events = new EventLog<ServeEvent>();
  const links = new Map<string, MemoryPair>();
  const offered: Parameters<typeof answer>[0][] = [];
  let control: ServeControl | undefined;
  const done = serveSite({
    name: siteName('garden'),
    identity,
    handler: hello,
    signalUrl: 'ws://signal.example/',
    createPeer: () => Promise.reject(new Error('Not needed: links are in memory.')),
    createSocket: signaling.createSocket,
    clock,
    random: () => 0,
    signal: abort.signal,
    onEvent: events.add,
    onReady: (given) => {
      control = given;
    },
    // The visitor's nonce says which of the prepared links an offer belongs to.
    answer: async (offer) => {
      offered.push(offer);
      const pair = links.get(offer.offer.visitorNonce);
      if (pair) return pair.host;
      return new Promise<never>((_, reject) => {
        const cancelled = () => reject(offer.signal.reason);
        offer.signal.addEventListener('abort', cancelled, { once: true });
      });
    },
    ...options,
  });
  const settled = done.catch((error: unknown) => error);
  running.push({ abort, done: settled });
  const disconnect = (id: string) => control?.disconnect(id);
  const controls = (): ServeControl => {
    if (!control) throw new Error('Not ready.');
    return control;
  };
  return { signaling, clock, abort, events, links, offered, done: settled, disconnect, controls };
}

export async function online(host: ReturnType<typeof startHost>): Promise<HostSocket> {
  const socket = await host.signaling.nextSocket();
  await host.signaling.grant(socket);
  await host.events.until('signaling', ({ state }) => state === 'online');
  return socket;
}

export function offerOf(session: string): OfferMessage {
  return {
    kind: 'offer',
    session,
    iceServers: [],
    sdp: 'v=0',
    visitorKey: 'key',
    visitorNonce: session,
    versions: { min: 1, max: 1 },
  };
}

/** A visitor who comes through `socket` and is let in. */
export async function join(
  host: ReturnType<typeof startHost>,
  socket: HostSocket,
  session: string,
) {
  const pair = await createMemoryTransports();
  host.links.set(session, pair);
  socket.send(offerOf(session));
  const visitor = await openConnection(pair.visitor, { identity: pair.visitorIdentity });
  const joined = await host.events.until('visitor-joined');
  return { visitor, pair, joined };
}

export async function get(visitor: Awaited<ReturnType<typeof openConnection>>, target: string) {
  const answered = await visitor.request({ method: 'GET', target, headers: [] }, null);
  const body = answered.body ? await readWholeBody(answered.body, 10_000_000) : new Uint8Array();
  return { status: answered.status, text: new TextDecoder().decode(body) };
}
