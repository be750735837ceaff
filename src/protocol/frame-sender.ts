import type { Clock } from './clock.ts';
import type { SendCredit } from './credit.ts';
import { PeerServerError } from './errors.ts';
import {
  encodeFrame,
  encodeFrameHeader,
  FRAME_HEADER_BYTES,
  type Frame,
  FrameType,
} from './frame.ts';
import type { Limits } from './limits.ts';
import { MessageBatch } from './message-batch.ts';
import type { OutgoingBody } from './outgoing-body.ts';
import { DRAIN_THRESHOLD, LANE_COUNT, type Transport } from './transport.ts';

/** Below this many bytes a second, large frames of one stream would hold up the others noticeably. */
const SLOW_BYTES_PER_SECOND = 2 * 1024 * 1024;

/** What the sender needs of an exchange. */
export interface SendingStream {
  readonly lane: number;
  readonly id: number;
  readonly sendCredit: SendCredit;
  readonly outgoing: OutgoingBody;
  /** True from then on: whatever wakes the stream later, there is nothing more to send. */
  readonly endSent: boolean;
  /** Called once, when the frame with END has been handed to the lane. */
  sentEnd(): void;
}

/**
 * Decides what leaves next: control frames at once, bodies in turn, one frame each, as far as credit goes
 * and the lanes' queues are short (S5). There is no timer here: the next turn comes when something is
 * written, credit arrives or a lane drains.
 */
export class FrameSender {
  readonly #transport: Transport;
  readonly #connectionCredit: SendCredit;
  readonly #limits: Limits;
  readonly #clock: Clock;
  readonly #failed: (error: unknown) => void;
  readonly #maxPayload: number;
  readonly #batches: MessageBatch[];
  /** Streams whose turn may come; a stream that cannot send leaves and comes back when woken. */
  readonly #turns = new Set<SendingStream>();
  readonly #waitingForConnectionCredit = new Set<SendingStream>();
  #pumpScheduled = false;
  #closed = false;
  #bytesSent = 0;
  #drainMark: { readonly at: number; readonly bytesSent: number } | undefined;
  #slow = false;

  /** @param failed told why sending cannot go on; no other method throws */
  constructor(
    transport: Transport,
    connectionCredit: SendCredit,
    limits: Limits,
    clock: Clock,
    failed: (error: unknown) => void,
  ) {
    this.#failed = failed;
    this.#transport = transport;
    this.#connectionCredit = connectionCredit;
    this.#limits = limits;
    this.#clock = clock;
    this.#maxPayload = limits.messageBytes - FRAME_HEADER_BYTES;
    this.#batches = Array.from(
      { length: LANE_COUNT },
      (_, lane) => new MessageBatch(limits.messageBytes, (message) => this.#send(lane, message)),
    );
  }

  /** Bytes handed to the transport so far. */
  get bytesSent(): number {
    return this.#bytesSent;
  }

  /** Bytes that the transport holds and has not sent, and frames that are about to join them. */
  get queuedBytes(): number {
    let bytes = 0;
    for (let lane = 0; lane < LANE_COUNT; lane += 1) {
      bytes += this.#transport.queued(lane) + (this.#batches[lane]?.bytes ?? 0);
    }
    return bytes;
  }

  /** Sends a frame that needs no credit. It leaves before any body byte that is not sent yet. */
  sendFrame(lane: number, frame: Frame): void {
    if (this.#closed) return;
    this.#batches[lane]?.add(encodeFrame(frame));
    this.#schedule();
  }

  /** The stream has something new: bytes, its end, or credit. */
  wake(stream: SendingStream): void {
    if (this.#closed) return;
    this.#turns.add(stream);
    this.#schedule();
  }

  /** The connection got credit. */
  wakeAll(): void {
    for (const stream of this.#waitingForConnectionCredit) this.#turns.add(stream);
    this.#waitingForConnectionCredit.clear();
    this.#schedule();
  }

  /** The stream was reset: nothing of it leaves any more. */
  remove(stream: SendingStream): void {
    this.#turns.delete(stream);
    this.#waitingForConnectionCredit.delete(stream);
  }

  /** A lane has room again. */
  drained(): void {
    const now = this.#clock.now();
    if (this.#drainMark && now > this.#drainMark.at) {
      const bytes = this.#bytesSent - this.#drainMark.bytesSent;
      this.#slow = bytes / ((now - this.#drainMark.at) / 1000) < SLOW_BYTES_PER_SECOND;
    }
    this.#drainMark = { at: now, bytesSent: this.#bytesSent };
    this.#pump();
  }

  /** Sends what has been gathered, at once: the last words before a close. */
  flush(): void {
    for (const batch of this.#batches) batch.flush();
  }

  close(): void {
    this.#closed = true;
    this.#turns.clear();
    this.#waitingForConnectionCredit.clear();
  }

  /** One turn per microtask checkpoint, so that frames written together leave together. */
  #schedule(): void {
    if (this.#pumpScheduled || this.#closed) return;
    this.#pumpScheduled = true;
    queueMicrotask(() => {
      this.#pumpScheduled = false;
      try {
        this.#pump();
      } catch (thrown) {
        this.#failed(thrown);
      }
    });
  }

  #pump(): void {
    if (this.#closed) return;
    // After idling, the time since the last drain says nothing about the path.
    if (this.#turns.size > 0 && this.queuedBytes === 0) this.#drainMark = undefined;
    while (this.#turns.size > 0 && !this.#lanesFull()) {
      const [stream] = this.#turns;
      if (!stream) break;
      this.#turns.delete(stream);
      if (this.#sendOneFrame(stream)) this.#turns.add(stream);
    }
    this.flush();
    if (!this.#closed && this.queuedBytes > this.#limits.maxQueuedBytes) {
      this.#failed(
        new PeerServerError('protocol-violation', 'The peer provokes answers and takes none.'),
      );
    }
  }

  /** Sends the stream's next frame, if it may. @returns true if it may have another */
  #sendOneFrame(stream: SendingStream): boolean {
    // Credit that was granted before the peer saw END arrives after END has been sent (S6).
    if (stream.endSent) return false;
    const { outgoing, sendCredit } = stream;
    const pending = outgoing.pendingBytes;
    if (pending > 0 && this.#connectionCredit.available <= 0) {
      this.#waitingForConnectionCredit.add(stream);
      return false;
    }
    const share =
      this.#slow && this.#turns.size > 0 ? this.#limits.sharedPayloadBytes : this.#maxPayload;
    const bytes = Math.min(
      pending,
      share,
      this.#maxPayload,
      Math.max(0, sendCredit.available),
      Math.max(0, this.#connectionCredit.available),
    );
    if (bytes === 0 && !outgoing.drained) return false;
    const parts = outgoing.take(bytes);
    sendCredit.take(bytes);
    this.#connectionCredit.take(bytes);
    const end = outgoing.drained;
    const header = encodeFrameHeader(FrameType.data, end ? 1 : 0, stream.id, bytes);
    this.#batches[stream.lane]?.add([header, ...parts]);
    if (end) stream.sentEnd();
    return !end;
  }

  /**
   * True when enough is queued. At least one lane must then be above the drain threshold, or no `drained`
   * would ever come to go on.
   */
  #lanesFull(): boolean {
    let total = 0;
    let longest = 0;
    for (let lane = 0; lane < LANE_COUNT; lane += 1) {
      const queued = this.#transport.queued(lane);
      total += queued + (this.#batches[lane]?.bytes ?? 0);
      longest = Math.max(longest, queued);
    }
    return total >= this.#limits.sendQueueBytes && longest > DRAIN_THRESHOLD;
  }

  #send(lane: number, message: Uint8Array<ArrayBuffer>): void {
    if (this.#closed) return;
    try {
      this.#transport.send(lane, message);
    } catch (cause) {
      this.#failed(new PeerServerError('connection-lost', 'A lane takes no more.', { cause }));
      return;
    }
    this.#bytesSent += message.length;
  }
}
