import { describe, expect, it, vi } from 'vitest';
import { PeerServerError } from '../../protocol/errors.ts';
import { AUTOSAVE_PAUSE_MS, createDraftSaver } from './draft-saver.ts';

function setUp(write: (text: string) => Promise<void> = () => Promise.resolve()) {
  const calls: string[] = [];
  const timers = new Map<() => void, number>();
  const saver = createDraftSaver({
    path: 'index.html',
    now: () => 1000,
    clock: {
      now: () => 0,
      schedule(ms, callback) {
        timers.set(callback, ms);
        return () => timers.delete(callback);
      },
    },
    store: {
      async write(path, content, options) {
        calls.push(`${options?.publish ? 'publish' : 'draft'} ${path} ${String(content)}`);
        await write(String(content));
      },
      async publish(paths) {
        calls.push(`publish only ${paths?.join()}`);
      },
    },
  });
  const pause = () => {
    const due = [...timers];
    timers.clear();
    for (const [callback] of due) callback();
    return due.map(([, ms]) => ms);
  };
  return { saver, calls, pause };
}

describe('the draft of an open file', () => {
  it('is stored once, after a pause in typing', async () => {
    const { saver, calls, pause } = setUp();
    saver.edit('a');
    saver.edit('ab');
    expect(saver.status.value.kind).toBe('editing');
    expect(pause()).toEqual([AUTOSAVE_PAUSE_MS]);
    await saver.flush();
    expect(calls).toEqual(['draft index.html ab']);
    expect(saver.status.value).toEqual({ kind: 'draft-saved', at: 1000 });
  });

  it('becomes live in one step when it is published while unsaved', async () => {
    const { saver, calls, pause } = setUp();
    saver.edit('a');
    await saver.publish();
    expect(calls).toEqual(['publish index.html a']);
    expect(saver.status.value).toEqual({ kind: 'live', at: 1000 });
    expect(pause()).toEqual([]);
  });

  it('is published as stored when nothing was typed', async () => {
    const { saver, calls } = setUp();
    await saver.publish();
    expect(calls).toEqual(['publish only index.html']);
  });

  it('is not called saved when more was typed during the save', async () => {
    const writes: (() => void)[] = [];
    const { saver, calls, pause } = setUp(() => new Promise((resolve) => writes.push(resolve)));
    saver.edit('a');
    pause();
    await vi.waitFor(() => expect(writes.length).toBe(1));
    saver.edit('ab');
    const published = saver.publish();
    writes[0]?.();
    await vi.waitFor(() => expect(writes.length).toBe(2));
    expect(saver.status.value.kind).toBe('editing');
    writes[1]?.();
    await published;
    expect(calls).toEqual(['draft index.html a', 'publish index.html ab']);
    expect(saver.unsaved()).toBeUndefined();
  });

  it('is stored with what is typed while it is stored, when all must be', async () => {
    const { saver, calls } = setUp(async (text) => {
      if (text === 'a') saver.edit('ab');
    });
    saver.edit('a');
    expect(await saver.flush()).toBe(true);
    expect(calls).toEqual(['draft index.html a', 'draft index.html ab']);
  });

  it('keeps what is typed while all files are made live', async () => {
    const { saver, pause, calls } = setUp();
    saver.edit('a');
    await saver.flush();
    saver.published();
    expect(saver.status.value.kind).toBe('idle');
    saver.edit('ab');
    saver.published();
    expect(saver.unsaved()).toBe('ab');
    expect(saver.status.value.kind).toBe('editing');
    pause();
    await saver.flush();
    expect(calls).toEqual(['draft index.html a', 'draft index.html ab']);
  });

  it('is kept, and tried again, when it cannot be stored', async () => {
    let full = true;
    const { saver } = setUp(async () => {
      if (full) throw new PeerServerError('storage-failed', 'The disk is full.');
    });
    saver.edit('a');
    expect(await saver.flush()).toBe(false);
    expect(saver.status.value).toEqual({ kind: 'failed', message: 'The disk is full.' });
    expect(saver.unsaved()).toBe('a');
    full = false;
    expect(await saver.flush()).toBe(true);
    expect(saver.status.value.kind).toBe('draft-saved');
  });

  it('is forgotten by a reset', async () => {
    const { saver, calls } = setUp();
    saver.edit('a');
    saver.reset();
    await saver.flush();
    expect(calls).toEqual([]);
    expect(saver.status.value.kind).toBe('idle');
  });
});
