import { describe, expect, it } from 'vitest';
import { PeerServerError } from '../../protocol/errors.ts';
import type { FileEntry, SiteChange, SiteStore } from '../host.ts';
import { createFileActions } from './file-actions.ts';
import { createOpenFile } from './open-file.ts';
import { createToaster } from './toast.ts';

function entry(path: string): FileEntry {
  return { path, size: 0, modified: 0, type: 'text/html', status: 'live' };
}

function setUp(paths: string[], failure?: PeerServerError) {
  const calls: string[] = [];
  const listeners = new Set<(change: SiteChange) => void>();
  const change = (...draft: string[]) => {
    for (const listener of [...listeners]) listener({ version: 1, draft, live: [] });
  };
  const act = async (call: string) => {
    if (failure) throw failure;
    calls.push(call);
  };
  const refuse = () => Promise.reject(new Error('not part of this test'));
  const store: SiteStore = {
    list: () => paths.map(entry),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    write: (path) => act(`write ${path}`),
    rename: (from, to, options) => act(`rename ${from} ${to} ${options?.publish}`),
    async remove(path, options) {
      await act(`remove ${path} ${options?.publish}`);
      paths.splice(paths.indexOf(path), 1);
      change(path);
    },
    async discardDraft(discarded) {
      await act(`discard ${discarded?.join()}`);
    },
    async undo(options) {
      await act(`undo ${options?.publish}`);
      return true;
    },
    readText: refuse,
    read: refuse,
    writeMany: refuse,
    publish: refuse,
  };
  const openFile = createOpenFile({ hash: '', replace: () => {} });
  const toaster = createToaster({ now: () => 0, schedule: () => () => {} });
  const actions = createFileActions({ store, openFile, toaster });
  return { actions, calls, openFile, toaster, change };
}

describe('actions on files', () => {
  it('make an empty file and open it', async () => {
    const { actions, calls, openFile } = setUp([]);
    expect(await actions.create('/about.html')).toBeUndefined();
    expect(calls).toEqual(['write about.html']);
    expect(openFile.path.value).toBe('about.html');
  });

  it('never write over a file that is there', async () => {
    const { actions, calls } = setUp(['a.html', 'b.html']);
    expect(await actions.create('a.html')).toMatch(/already/);
    expect(await actions.rename('b.html', 'a.html')).toMatch(/already/);
    expect(await actions.create('../a')).toMatch(/“\.\.”/);
    expect(calls).toEqual([]);
  });

  it('rename for visitors, too', async () => {
    const { actions, calls, openFile } = setUp(['a.html']);
    await actions.rename('a.html', 'b.html');
    expect(calls).toEqual(['rename a.html b.html true']);
    expect(openFile.path.value).toBe('b.html');
  });

  it('delete, close the file, and take it back', async () => {
    const { actions, calls, openFile, toaster } = setUp(['a.html']);
    openFile.open('a.html');
    await actions.remove('a.html');
    expect(openFile.path.value).toBeUndefined();
    toaster.current.value?.action?.run();
    expect(calls).toEqual(['remove a.html true', 'undo true']);
  });

  it('do not take back something else that was changed after the deletion', async () => {
    const { actions, calls, toaster, change } = setUp(['a.html']);
    await actions.remove('a.html');
    const undo = toaster.current.value?.action?.run;
    change('b.html');
    undo?.();
    expect(calls).toEqual(['remove a.html true']);
    expect(toaster.current.value?.message).toMatch(/cannot be brought back/);
  });

  it('say what went wrong', async () => {
    const failure = new PeerServerError('storage-failed', 'The disk is full.');
    const { actions, toaster } = setUp(['a.html'], failure);
    expect(await actions.create('b.html')).toBe('The disk is full.');
    await actions.discard('a.html');
    expect(toaster.current.value?.message).toBe('The disk is full.');
  });

  it('close a file that never was live when its changes are discarded', async () => {
    const { actions, openFile } = setUp([]);
    openFile.open('new.html');
    await actions.discard('new.html');
    expect(openFile.path.value).toBeUndefined();
  });
});
