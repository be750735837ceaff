import type { SiteName } from '../address/site-name.ts';
import type { Clock } from '../protocol/clock.ts';
import type { SignalingLimits } from './limits.ts';

/** A name that is kept for a key. */
export interface Lease {
  readonly name: SiteName;
  /** The holder's public key, base64url. */
  readonly key: string;
  /** When the holder was last connected, in milliseconds since 1970. */
  readonly lastSeen: number;
}

export type ClaimResult = 'granted' | 'taken' | 'too-many-names' | 'full';

/**
 * A lease's time is written down anew only when it is off by more than this: an hour is nothing beside 30
 * days, and so a thousand idle hosts cause no writing.
 */
const TOUCH_MS = 60 * 60 * 1000;

/** Which name belongs to which key. Expired leases are dropped when they are met. */
export class LeaseBook {
  readonly #leases = new Map<SiteName, Lease>();
  readonly #namesByKey = new Map<string, Set<SiteName>>();
  readonly #clock: Clock;
  readonly #limits: SignalingLimits;
  readonly #changed: () => void;

  /**
   * @param leases what was kept from an earlier run
   * @param clock its `now` must be milliseconds since 1970: leases outlive the process
   * @param changed called after each change that is worth writing down
   */
  constructor(leases: Iterable<Lease>, clock: Clock, limits: SignalingLimits, changed: () => void) {
    this.#clock = clock;
    this.#limits = limits;
    this.#changed = changed;
    for (const lease of leases) if (!this.#isExpired(lease)) this.#put(lease);
  }

  /** The key that `name` is kept for, or undefined when it is free. */
  holder(name: SiteName): string | undefined {
    const lease = this.#leases.get(name);
    if (!lease) return undefined;
    if (!this.#isExpired(lease)) return lease.key;
    this.#drop(lease);
    return undefined;
  }

  /** Gives `name` to `key`, if it is free and the limits allow, or renews it. */
  claim(name: SiteName, key: string): ClaimResult {
    const holder = this.holder(name);
    if (holder !== undefined) {
      if (holder !== key) return 'taken';
      this.touch(name);
      return 'granted';
    }
    const names = this.#namesByKey.get(key);
    // Asking for the holder drops what has expired, so that only living leases count.
    for (const held of names ?? []) this.holder(held);
    if ((names?.size ?? 0) >= this.#limits.namesPerKey) return 'too-many-names';
    if (this.#leases.size >= this.#limits.leases) this.#dropExpired();
    if (this.#leases.size >= this.#limits.leases) return 'full';
    this.#put({ name, key, lastSeen: this.#clock.now() });
    this.#changed();
    return 'granted';
  }

  /** Notes that the holder of `name` is connected now. */
  touch(name: SiteName): void {
    const lease = this.#leases.get(name);
    const now = this.#clock.now();
    if (!lease || now - lease.lastSeen < TOUCH_MS) return;
    this.#leases.set(name, { ...lease, lastSeen: now });
    this.#changed();
  }

  /** Ends the lease of `name`. */
  release(name: SiteName): void {
    const lease = this.#leases.get(name);
    if (!lease) return;
    this.#drop(lease);
    this.#changed();
  }

  /** All leases that have not expired. */
  list(): Lease[] {
    this.#dropExpired();
    return [...this.#leases.values()];
  }

  #isExpired(lease: Lease): boolean {
    return this.#clock.now() - lease.lastSeen > this.#limits.leaseMs;
  }

  #put(lease: Lease): void {
    this.#leases.set(lease.name, lease);
    const names = this.#namesByKey.get(lease.key) ?? new Set();
    this.#namesByKey.set(lease.key, names.add(lease.name));
  }

  #drop(lease: Lease): void {
    this.#leases.delete(lease.name);
    const names = this.#namesByKey.get(lease.key);
    names?.delete(lease.name);
    if (names?.size === 0) this.#namesByKey.delete(lease.key);
  }

  #dropExpired(): void {
    for (const lease of this.#leases.values()) if (this.#isExpired(lease)) this.#drop(lease);
  }
}
