/** Links between two ends in this process, over real connections. */
import type { Clock } from '../../protocol/clock.ts';
import { generateKeyPair, identityFromKeyPair } from '../../protocol/identity.ts';
import type { Transport } from '../../protocol/transport.ts';
import { answer } from '../answer.ts';
import { type DialProgress, dial } from '../dial.ts';
import {
  createMemoryNegotiation,
  type MessageNegotiation,
  type NegotiationMessage,
} from '../message-negotiation.ts';
import { createNodePeer } from '../node-peer.ts';

export const open: Transport[] = [];
/** Closes what the tests have opened. */
export function closeAll(): void {
  for (const transport of open.splice(0)) transport.close();
}

export const newIdentity = async () => identityFromKeyPair(await generateKeyPair());
export const common = { site: 'garden', iceServers: [], createPeer: createNodePeer };

interface ConnectOptions {
  tamper?: (message: NegotiationMessage) => NegotiationMessage | null;
  hostKey?: string;
  signal?: AbortSignal;
  onProgress?: (step: DialProgress) => void;
  clock?: Clock;
}

/** Starts both sides; their outcomes are the caller's to await. */
export async function start(
  options: ConnectOptions = {},
  { visitor, host } = createMemoryNegotiation(options.tamper),
) {
  const visitorIdentity = await newIdentity();
  const hostIdentity = await newIdentity();
  const signal = options.signal ?? new AbortController().signal;
  const ending = new AbortController();
  const answering = serve(host, AbortSignal.any([signal, ending.signal]));
  const dialing = dial({
    ...common,
    ...options,
    identity: visitorIdentity,
    hostKey: options.hostKey ?? hostIdentity.publicKey,
    channel: visitor,
    signal,
  });
  // A visitor that gives up leaves the host waiting; the test's end is soon enough.
  dialing.catch(() => ending.abort());
  return { dialing, answering };

  async function serve(channel: MessageNegotiation, hostSignal: AbortSignal) {
    const offer = await channel.offer(hostSignal);
    return answer({ ...common, identity: hostIdentity, offer, channel, signal: hostSignal });
  }
}

export async function connect(options?: ConnectOptions) {
  const { dialing, answering } = await start(options);
  const [visitor, host] = await Promise.all([dialing, answering]);
  open.push(visitor, host);
  return { visitor, host };
}

/** Listens and collects messages; `count` resolves when so many are there. */
export function collect(transport: Transport) {
  const messages: { lane: number; bytes: Uint8Array<ArrayBuffer> }[] = [];
  let check: () => void = () => undefined;
  const drained = new Set<number>();
  const closed = new Promise<Error | undefined>((resolve) => {
    transport.listen({
      message: (lane, bytes) => {
        messages.push({ lane, bytes });
        check();
      },
      drained: (lane) => {
        drained.add(lane);
        check();
      },
      closed: resolve,
    });
  });
  const until = (condition: () => boolean) =>
    new Promise<void>((resolve) => {
      check = () => {
        if (condition()) resolve();
      };
      check();
    });
  return {
    messages,
    closed,
    drained,
    until,
    count: (n: number) => until(() => messages.length >= n),
  };
}
