import { PeerServerError } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { LANE_COUNT } from './transport.ts';

/**
 * The open exchanges of a connection, by lane and id. Ids grow on each lane, so one number per lane tells a
 * stream that is over from one that never was (S2).
 */
export class ExchangeTable {
  readonly #lanes = Array.from({ length: LANE_COUNT }, () => new Map<number, Exchange>());
  readonly #lastId: number[] = Array.from({ length: LANE_COUNT }, () => 0);

  /** Exchanges that are open. */
  get size(): number {
    return this.#lanes.reduce((sum, lane) => sum + lane.size, 0);
  }

  /** Every open exchange; a copy, so that exchanges may end meanwhile. */
  all(): Exchange[] {
    return this.#lanes.flatMap((lane) => [...lane.values()]);
  }

  find(lane: number, id: number): Exchange | undefined {
    return this.#lanes[lane]?.get(id);
  }

  openOn(lane: number): number {
    return this.#lanes[lane]?.size ?? 0;
  }

  /** The next unused id on a lane. */
  nextId(lane: number): number {
    return this.#last(lane) + 1;
  }

  /** Uses an id up. Throws `protocol-violation` for one that was used before (S2). */
  claimId(lane: number, id: number): void {
    if (id <= this.#last(lane)) {
      throw new PeerServerError('protocol-violation', 'A stream id was used again.');
    }
    this.#lastId[lane] = id;
  }

  /** Throws `protocol-violation` for a stream of which nobody has said HEADERS (S2). */
  requireKnownId(lane: number, id: number): void {
    if (id > this.#last(lane)) {
      throw new PeerServerError('protocol-violation', 'A frame of a stream that was never opened.');
    }
  }

  add(exchange: Exchange): void {
    this.#lanes[exchange.lane]?.set(exchange.id, exchange);
  }

  delete(exchange: Exchange): void {
    this.#lanes[exchange.lane]?.delete(exchange.id);
  }

  #last(lane: number): number {
    return this.#lastId[lane] ?? 0;
  }
}
