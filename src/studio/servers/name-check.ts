import { effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { parseSiteName, type SiteName, suggestName } from '../../address/site-name.ts';
import type { Clock } from '../../protocol/clock.ts';
import { PeerServerError } from '../../protocol/errors.ts';

/** What is known about the name that stands in the text box. */
export type NameVerdict =
  | { readonly kind: 'empty' }
  | { readonly kind: 'checking'; readonly name: SiteName }
  | { readonly kind: 'free'; readonly name: SiteName }
  /** A server of this browser has it already. */
  | { readonly kind: 'yours'; readonly name: SiteName; readonly message: string }
  | { readonly kind: 'refused'; readonly message: string; readonly suggestion: SiteName }
  /** The signaling server gave no answer; the name may still be had. */
  | { readonly kind: 'unknown'; readonly name: SiteName; readonly message: string };

/** The signaling server's word on a name. */
export interface NameAvailability {
  readonly available: boolean;
  /** Why not, in a sentence. */
  readonly message?: string;
  /** One that is free, when the server proposes it. */
  readonly suggestion?: SiteName;
}

export interface NameCheckOptions {
  /** Asks the signaling server; rejects when it does not answer, with a PeerServerError if it refuses to. */
  readonly lookUp: (name: SiteName, signal: AbortSignal) => Promise<NameAvailability>;
  /** Whether a server of this browser has the name. */
  readonly isOwn: (name: SiteName) => boolean;
  readonly clock: Clock;
  /** A number in [0, 1), for suggestions. */
  readonly random: () => number;
}

export interface NameCheck {
  /** What was typed, as it was typed. */
  readonly input: Signal<string>;
  readonly verdict: ReadonlySignal<NameVerdict>;
  /**
   * Asks at once instead of after the pause, and resolves with the verdict, never `checking`; with undefined if the
   * name was changed meanwhile, or the check disposed of.
   */
  settle(): Promise<NameVerdict | undefined>;
  dispose(): void;
}

/** Milliseconds without typing before the server is asked: longer than the gap between two keystrokes. */
export const LOOK_UP_PAUSE_MS = 300;
/** Milliseconds that an answer is waited for: the claim decides anyway, so nobody need wait long for this. */
export const LOOK_UP_TIMEOUT_MS = 8_000;

/** Checks a name while it is typed: its form at once, whether it is taken after a pause. */
export function createNameCheck(options: NameCheckOptions): NameCheck {
  const input = signal('');
  const verdict = signal<NameVerdict>({ kind: 'empty' });
  let running = new AbortController();
  let pending: Promise<NameVerdict | undefined> | undefined;

  async function ask(name: SiteName, signal: AbortSignal): Promise<NameVerdict | undefined> {
    const found = await lookUpName(name, options, signal);
    // Given up: whatever was found is not about the name that is wanted now.
    if (signal.aborted) return undefined;
    verdict.value = found;
    return found;
  }

  const stop = effect(() => {
    const typed = input.value;
    running.abort();
    running = new AbortController();
    pending = undefined;
    const local = judgeLocally(typed, options);
    verdict.value = local;
    if (local.kind !== 'checking') return;
    const { signal } = running;
    const cancel = options.clock.schedule(LOOK_UP_PAUSE_MS, () => {
      // Whoever did not want to wait for the pause has asked already.
      pending ??= ask(local.name, signal);
    });
    signal.addEventListener('abort', cancel, { once: true });
  });

  return {
    input,
    verdict,
    async settle() {
      const current = verdict.peek();
      if (current.kind !== 'checking') return current;
      pending ??= ask(current.name, running.signal);
      return pending;
    },
    dispose() {
      running.abort();
      stop();
    },
  };
}

function judgeLocally(typed: string, options: NameCheckOptions): NameVerdict {
  if (typed.trim() === '') return { kind: 'empty' };
  const parsed = parseSiteName(typed);
  if (!parsed.ok) {
    const suggestion = suggestName(typed, options.random());
    return { kind: 'refused', message: parsed.message, suggestion };
  }
  if (options.isOwn(parsed.name)) {
    const message = 'You have a server of this name already.';
    return { kind: 'yours', name: parsed.name, message };
  }
  return { kind: 'checking', name: parsed.name };
}

async function lookUpName(
  name: SiteName,
  options: NameCheckOptions,
  signal: AbortSignal,
): Promise<NameVerdict> {
  const late = new AbortController();
  const clear = options.clock.schedule(LOOK_UP_TIMEOUT_MS, () => late.abort());
  try {
    const found = await options.lookUp(name, AbortSignal.any([signal, late.signal]));
    if (found.available) return { kind: 'free', name };
    const suggestion = found.suggestion ?? suggestName(name, options.random());
    return { kind: 'refused', message: found.message ?? 'This name is taken.', suggestion };
  } catch (thrown) {
    // Offline is no reason to keep somebody from starting: the claim itself decides later.
    const message =
      thrown instanceof PeerServerError
        ? thrown.message
        : 'The signaling server does not answer, so this name could not be checked.';
    return { kind: 'unknown', name, message };
  } finally {
    clear();
  }
}
