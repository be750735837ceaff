import { type ReadonlySignal, signal } from '@preact/signals';
import { asPeerServerError } from '../../../protocol/errors.ts';
import type { Brought, FoundSite } from './found-site.ts';

export type BringStep =
  | { readonly kind: 'idle' }
  | { readonly kind: 'looking' }
  | { readonly kind: 'found'; readonly site: FoundSite }
  | { readonly kind: 'failed'; readonly message: string };

/** A site on its way from the disk to a server. */
export interface BringState {
  readonly step: ReadonlySignal<BringStep>;
  /** Looks at what was brought; what was brought before is forgotten. */
  look(brought: Brought): Promise<void>;
  /** Forgets it. */
  dismiss(): void;
}

/** @param find looks at it; may reject */
export function createBringState(
  find: (brought: Brought, signal: AbortSignal) => Promise<FoundSite>,
): BringState {
  const step = signal<BringStep>({ kind: 'idle' });
  let looking = new AbortController();
  return {
    step,
    async look(brought) {
      looking.abort();
      looking = new AbortController();
      const { signal } = looking;
      step.value = { kind: 'looking' };
      try {
        const site = await find(brought, signal);
        if (!signal.aborted) step.value = { kind: 'found', site };
      } catch (thrown) {
        if (signal.aborted) return;
        step.value = { kind: 'failed', message: asPeerServerError(thrown, 'bad-input').message };
      }
    },
    dismiss() {
      looking.abort();
      step.value = { kind: 'idle' };
    },
  };
}
