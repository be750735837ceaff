import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { SignalingLimits } from './limits.ts';

/** Counts events per key and says whether one more is within the limit. */
export interface RateLimit {
  /** True when the event may happen. */
  allow(key: string): Promise<boolean>;
  /** Drops what is remembered of `key`. */
  forget(key: string): void;
}

/** The server's rate limits; those named after an address take what `addressKey` gives. */
export interface RateLimits {
  readonly messages: RateLimit;
  readonly claims: RateLimit;
  readonly visits: RateLimit;
  readonly nameChecks: RateLimit;
}

/** Makes the counters; they live in memory, since all limits are about a minute or less. */
export function createRateLimits(limits: SignalingLimits): RateLimits {
  return {
    messages: rateLimit(limits.messagesPerSecond, 1),
    claims: rateLimit(limits.claimsPerMinute, 60),
    visits: rateLimit(limits.visitsPerMinute, 60),
    nameChecks: rateLimit(limits.nameChecksPerMinute, 60),
  };
}

function rateLimit(points: number, seconds: number): RateLimit {
  const limiter = new RateLimiterMemory({ points, duration: seconds });
  return {
    async allow(key) {
      try {
        await limiter.consume(key);
        return true;
      } catch (refusal) {
        // The library rejects with its counters, which are no Error, when the limit is reached.
        if (refusal instanceof Error) throw refusal;
        return false;
      }
    },
    forget(key) {
      void limiter.delete(key);
    },
  };
}
