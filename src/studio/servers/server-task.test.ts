import { describe, expect, it } from 'vitest';
import { PeerServerError } from '../../protocol/errors.ts';
import { deferred } from '../testing/deferred.ts';
import type { OperationOptions } from './server-operations.ts';
import { createServerTask } from './server-task.ts';

/** Work that ends when the test says so. */
function openWork() {
  const { promise, resolve, reject } = deferred<string>();
  let options: OperationOptions | undefined;
  const work = (given: OperationOptions) => {
    options = given;
    return promise;
  };
  return {
    work,
    resolve,
    reject,
    progress: (done: number) => options?.onProgress({ done, total: 9 }),
  };
}

describe('a task', () => {
  it('shows its progress, then its value', async () => {
    const task = createServerTask();
    const { work, resolve, progress } = openWork();
    const end = task.run(work);
    expect(task.state.value).toEqual({ kind: 'running', progress: undefined });
    progress(3);
    expect(task.state.value).toEqual({ kind: 'running', progress: { done: 3, total: 9 } });
    resolve('ready');
    expect(await end).toEqual({ kind: 'done', value: 'ready' });
    expect(task.state.value).toEqual({ kind: 'idle' });
  });

  it('keeps the reason of a failure until it is run again', async () => {
    const task = createServerTask();
    const failing = openWork();
    const end = task.run(failing.work);
    failing.reject(new PeerServerError('storage-failed', 'The disk is full.'));
    expect(await end).toEqual({ kind: 'failed' });
    expect(task.state.value).toEqual({ kind: 'failed', message: 'The disk is full.' });
    void task.run(openWork().work);
    expect(task.state.value.kind).toBe('running');
  });

  it('is idle after a cancel, whatever the work does then', async () => {
    const task = createServerTask();
    const { work, reject, progress } = openWork();
    const end = task.run(work);
    task.cancel();
    progress(5);
    reject(new Error('aborted'));
    expect(await end).toEqual({ kind: 'cancelled' });
    expect(task.state.value).toEqual({ kind: 'idle' });
  });

  it('that was cancelled too late is done all the same', async () => {
    const task = createServerTask();
    const { work, resolve } = openWork();
    const end = task.run(work);
    task.cancel();
    resolve('ready');
    expect(await end).toEqual({ kind: 'done', value: 'ready' });
    expect(task.state.value).toEqual({ kind: 'idle' });
  });

  it('does not show an earlier run in a later one', async () => {
    const task = createServerTask();
    const first = openWork();
    const firstEnd = task.run(first.work);
    const second = openWork();
    void task.run(second.work);
    first.progress(7);
    first.resolve('late');
    expect(await firstEnd).toEqual({ kind: 'done', value: 'late' });
    expect(task.state.value).toEqual({ kind: 'running', progress: undefined });
  });
});
