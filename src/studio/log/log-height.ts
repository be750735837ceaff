import { type ReadonlySignal, signal } from '@preact/signals';

/** Heights of the open log, CSS pixels: the least shows tools and some entries. */
export const LOG_HEIGHT = { min: 140, initial: 272 } as const;
/** What of the window stays for everything else, CSS pixels. */
export const KEPT_ABOVE_LOG = 200;
const KEY = 'peerserver-log-height';

/** The height of the open log, the same for all servers of this browser. */
export interface LogHeight {
  /** CSS pixels; in a low window less of it is shown. */
  readonly height: ReadonlySignal<number>;
  /** The greatest height in the window as it is now. */
  max(): number;
  /** @param height CSS pixels; kept between the least and the greatest */
  resize(height: number): void;
}

/**
 * Takes up the height as it was left.
 * @param windowHeight CSS pixels
 */
export function createLogHeight(
  storage: Pick<Storage, 'getItem' | 'setItem'>,
  windowHeight: () => number,
): LogHeight {
  const max = (): number => Math.max(LOG_HEIGHT.min, windowHeight() - KEPT_ABOVE_LOG);
  const within = (height: number): number =>
    Math.round(Math.min(max(), Math.max(LOG_HEIGHT.min, height)));
  const height = signal(within(readHeight(storage)));
  return {
    height,
    max,
    resize(next) {
      height.value = within(next);
      try {
        storage.setItem(KEY, String(height.value));
      } catch {
        // Without storage, or with a full one, the height holds for this visit only.
      }
    },
  };
}

function readHeight(storage: Pick<Storage, 'getItem'>): number {
  let kept: number;
  try {
    kept = Number.parseFloat(storage.getItem(KEY) ?? '');
  } catch {
    // Storage is switched off: as on a first visit.
    return LOG_HEIGHT.initial;
  }
  return Number.isFinite(kept) ? kept : LOG_HEIGHT.initial;
}
