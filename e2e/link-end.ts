/** One end of a link for tests, with plain JSON going in and out, so that it runs in a page and in Node. */
import { answer } from '../src/link/answer.ts';
import { dial } from '../src/link/dial.ts';
import { MessageNegotiation } from '../src/link/message-negotiation.ts';
import type { CreatePeer } from '../src/link/peer.ts';
import { asPeerServerError, PeerServerError } from '../src/protocol/errors.ts';
import { generateKeyPair, type Identity, identityFromKeyPair } from '../src/protocol/identity.ts';
import { DRAIN_THRESHOLD, LANE_COUNT, type Transport } from '../src/protocol/transport.ts';

/** Lane of bulk data; the others are echoed by the host. */
const BULK_LANE = 1;
/** Enough to keep the channel busy. */
const MAX_QUEUED = 4 * DRAIN_THRESHOLD;
const SITE = 'garden';

/** What a test can ask an end to do. */
export type Command = keyof LinkEnd['commands'];
type Argument = string | number;

type Message = { readonly lane: number; readonly bytes: Uint8Array<ArrayBuffer> };

export class LinkEnd {
  readonly #negotiation: MessageNegotiation;
  readonly #controller = new AbortController();
  readonly #createPeer: CreatePeer;
  readonly #messages: Message[] = [];
  readonly #closed: Promise<string>;
  #reportClosed: (how: string) => void = () => undefined;
  #wake: () => void = () => undefined;
  #identity: Identity | undefined;
  #transport: Transport | undefined;

  /** All that a test may call, with plain values going in and out. */
  readonly commands = {
    receive: (message: Argument) => this.receive(String(message)),
    makeIdentity: () => this.makeIdentity(),
    host: () => this.host(),
    visit: (hostKey: Argument) => this.visit(String(hostKey)),
    handshake: () => this.handshake(),
    echo: () => this.echo(),
    callOnEachLane: () => this.callOnEachLane(),
    sayLastWords: (total: Argument) => this.sayLastWords(Number(total)),
    sendBulk: (total: Argument) => this.sendBulk(Number(total)),
    receiveBulk: (total: Argument) => this.receiveBulk(Number(total)),
    describe: () => this.describe(),
    close: () => this.close(),
    closed: () => this.closed(),
    cancel: () => this.cancel(),
  } as const satisfies Record<string, (argument: Argument) => unknown>;

  constructor(createPeer: CreatePeer, post: (message: string) => void) {
    this.#createPeer = createPeer;
    this.#negotiation = new MessageNegotiation((message) => post(JSON.stringify(message)));
    this.#closed = new Promise((resolve) => {
      this.#reportClosed = resolve;
    });
  }

  receive(message: string): void {
    this.#negotiation.receive(JSON.parse(message));
  }

  /** Makes this end's identity; returns its public key. */
  async makeIdentity(): Promise<string> {
    this.#identity = await identityFromKeyPair(await generateKeyPair());
    return this.#identity.publicKey;
  }

  /** Answers one offer; returns `connected` or the error's code and message. */
  host(): Promise<string> {
    return this.#connect(async (common) => {
      const offer = await this.#negotiation.offer(common.signal);
      return answer({ ...common, offer });
    });
  }

  /** Dials the host with this key; returns `connected` or the error's code and message. */
  visit(hostKey: string): Promise<string> {
    return this.#connect((common) => dial({ ...common, hostKey }));
  }

  async #connect(
    start: (common: ReturnType<LinkEnd['commonOptions']>) => Promise<Transport>,
  ): Promise<string> {
    try {
      this.#transport = await start(this.commonOptions());
    } catch (thrown) {
      const { code, message } = asPeerServerError(thrown, 'cannot-connect');
      return `${code}: ${message}`;
    }
    this.#transport.listen({
      message: (lane, bytes) => {
        this.#messages.push({ lane, bytes });
        this.#wake();
      },
      drained: () => this.#wake(),
      closed: (error) => {
        this.#reportClosed(error instanceof PeerServerError ? error.code : 'by us');
        this.#wake();
      },
    });
    return 'connected';
  }

  commonOptions() {
    if (this.#identity === undefined) throw new Error('makeIdentity() comes first.');
    return {
      site: SITE,
      identity: this.#identity,
      iceServers: [],
      createPeer: this.#createPeer,
      channel: this.#negotiation,
      signal: this.#controller.signal,
    };
  }

  #open(): Transport {
    if (this.#transport === undefined) throw new Error('Not connected.');
    return this.#transport;
  }

  #until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        if (condition()) resolve();
      };
      this.#wake();
    });
  }

  async #take(): Promise<Message> {
    await this.#until(() => this.#messages.length > 0);
    const message = this.#messages.shift();
    if (message === undefined) throw new Error('There is no message.');
    return message;
  }

  /** Sends back as many messages as there are lanes, each on its own. */
  async echo(): Promise<void> {
    for (let count = 0; count < LANE_COUNT; count += 1) {
      const { lane, bytes } = await this.#take();
      this.#open().send(lane, bytes);
    }
  }

  /** Sends one message a lane; returns what came back, as `lane:text`, sorted. */
  async callOnEachLane(): Promise<string[]> {
    for (let lane = 0; lane < LANE_COUNT; lane += 1) {
      this.#open().send(lane, new TextEncoder().encode(`hello on ${lane}`));
    }
    const answers: string[] = [];
    while (answers.length < LANE_COUNT) {
      const { lane, bytes } = await this.#take();
      answers.push(`${lane}:${new TextDecoder().decode(bytes)}`);
    }
    return answers.sort();
  }

  /** Sends so many bytes of a pattern; returns their SHA-256 in hexadecimal. */
  async sendBulk(total: number): Promise<string> {
    const transport = this.#open();
    const data = pattern(total);
    for (let sent = 0; sent < total; sent += transport.maxMessageSize) {
      await this.#until(() => transport.queued(BULK_LANE) < MAX_QUEUED);
      transport.send(BULK_LANE, data.subarray(sent, sent + transport.maxMessageSize));
    }
    return sha256(data);
  }

  /** Sends so many bytes and closes in the same turn; returns their SHA-256 in hexadecimal. */
  async sayLastWords(total: number): Promise<string> {
    const transport = this.#open();
    const data = pattern(total);
    for (let sent = 0; sent < total; sent += transport.maxMessageSize) {
      transport.send(BULK_LANE, data.subarray(sent, sent + transport.maxMessageSize));
    }
    transport.close();
    return sha256(data);
  }

  /** Receives so many bytes; returns their SHA-256 in hexadecimal. */
  async receiveBulk(total: number): Promise<string> {
    const data = new Uint8Array(total);
    for (let received = 0; received < total; ) {
      const { bytes } = await this.#take();
      data.set(bytes, received);
      received += bytes.byteLength;
    }
    return sha256(data);
  }

  async describe(): Promise<string> {
    const { route, remoteAddress } = await this.#open().describe();
    return `${route} ${remoteAddress ?? ''}`;
  }

  handshake(): string {
    return JSON.stringify(this.#open().handshake);
  }

  /** How the connection ended: `by us`, or the error's code. */
  closed(): Promise<string> {
    return this.#closed;
  }

  close(): void {
    this.#open().close();
  }

  /** Gives up whatever is under way. */
  cancel(): void {
    this.#controller.abort();
    this.#transport?.close();
  }
}

function pattern(total: number): Uint8Array<ArrayBuffer> {
  const data = new Uint8Array(total);
  for (let i = 0; i < total; i += 1) data[i] = (i * 31 + (i >>> 8) * 17) & 0xff;
  return data;
}

async function sha256(data: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', data));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
