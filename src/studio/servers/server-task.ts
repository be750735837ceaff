import { type ReadonlySignal, signal } from '@preact/signals';
import { asPeerServerError } from '../../protocol/errors.ts';
import type { Progress } from '../host.ts';
import type { OperationOptions } from './server-operations.ts';

/** Something long that a person started. */
export type TaskState =
  | { readonly kind: 'idle' }
  /** `progress` is undefined until the first news of it. */
  | { readonly kind: 'running'; readonly progress: Progress | undefined }
  | { readonly kind: 'failed'; readonly message: string };

/** How a task ended. One that was cancelled too late is done. */
export type TaskEnd<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'failed' }
  | { readonly kind: 'cancelled' };

export interface ServerTask {
  readonly state: ReadonlySignal<TaskState>;
  /** Runs one piece of work; one that is still running is cancelled. A failure is kept in `state`. */
  run<T>(work: (options: OperationOptions) => Promise<T>): Promise<TaskEnd<T>>;
  /** Ends what is running, if that can still be ended: then its `run` resolves as cancelled. */
  cancel(): void;
}

/** A task that shows how it goes; nothing of an earlier run reaches the state of a later one. */
export function createServerTask(): ServerTask {
  const state = signal<TaskState>({ kind: 'idle' });
  let current = new AbortController();

  return {
    state,
    async run(work) {
      current.abort();
      const controller = new AbortController();
      current = controller;
      const { signal } = controller;
      state.value = { kind: 'running', progress: undefined };
      const onProgress = (progress: Progress) => {
        if (!signal.aborted) state.value = { kind: 'running', progress };
      };
      try {
        const value = await work({ signal, onProgress });
        if (!signal.aborted) state.value = { kind: 'idle' };
        return { kind: 'done', value };
      } catch (thrown) {
        // Of an aborted one, whatever it throws is the echo of the cancel.
        if (signal.aborted) return { kind: 'cancelled' };
        const { message } = asPeerServerError(thrown, 'storage-failed');
        state.value = { kind: 'failed', message };
        return { kind: 'failed' };
      }
    },
    cancel() {
      current.abort();
      state.value = { kind: 'idle' };
    },
  };
}
