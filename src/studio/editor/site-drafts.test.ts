import { describe, expect, it } from 'vitest';
import { createToaster } from '../elements/toast.ts';
import type { SiteChange } from '../host.ts';
import { createSiteDrafts } from './site-drafts.ts';

function setUp(flushed = true) {
  const calls: string[] = [];
  const listeners = new Set<(change: SiteChange) => void>();
  const toaster = createToaster({ now: () => 0, schedule: () => () => {} });
  const file = { size: 1, modified: 0, type: 'text/html' };
  const drafts = createSiteDrafts({
    toaster,
    texts: {
      flush: () => Promise.resolve(flushed),
      published: () => calls.push('published'),
      reset: () => calls.push('reset'),
      of: () => {
        throw new Error('Not part of this test.');
      },
    },
    store: {
      list: () => [
        { path: 'a', status: 'changed', ...file },
        { path: 'b', status: 'new', ...file },
        { path: 'c', status: 'live', ...file },
      ],
      publish: async (paths) => void calls.push(`publish ${paths?.join() ?? 'all'}`),
      discardDraft: async () => void calls.push('discard'),
      undo: async () => calls.push('undo') > 0,
      subscribe(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
  });
  const change = () => {
    for (const listener of listeners) listener({ version: 1, draft: ['a'], live: [] });
  };
  return { drafts, calls, change, toast: toaster.current };
}

describe('all files that are not live', () => {
  it('are published together, what was typed last included', async () => {
    const { drafts, calls, toast } = setUp();
    await drafts.publishAll();
    expect(calls).toEqual(['publish all', 'published']);
    expect(toast.value?.message).toBe('2 files are live.');
  });

  it('are not published when something that was typed cannot be stored', async () => {
    const { drafts, calls, toast } = setUp(false);
    await drafts.publishAll();
    expect(calls).toEqual([]);
    expect(toast.value?.message).toContain('nothing was published');
  });

  it('are put back, and brought back again as long as nothing was changed since', async () => {
    const { drafts, calls, change, toast } = setUp();
    await drafts.discardAll();
    expect(calls).toEqual(['reset', 'discard']);
    const { action } = toast.value ?? {};
    change();
    action?.run();
    expect(calls).not.toContain('undo');
    expect(toast.value?.message).toContain('cannot be brought back');

    await drafts.discardAll();
    toast.value?.action?.run();
    expect(calls.at(-1)).toBe('undo');
  });

  it('has one made live that is no text', async () => {
    const { drafts, calls } = setUp();
    await drafts.publish('photo.jpg', false);
    expect(calls).toEqual(['publish photo.jpg']);
  });
});
