import { describe, expect, it } from 'vitest';
import { createRescuedDraft } from './rescued-draft.ts';

function storage(setItem?: () => void) {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: setItem ?? ((key: string, text: string) => void kept.set(key, text)),
    removeItem: (key: string) => void kept.delete(key),
  };
}

describe('the last keystrokes before a reload', () => {
  it('are found again once, by the same file only', () => {
    const session = storage();
    createRescuedDraft(session, 'garden', 'a.html').keep('typed');
    expect(createRescuedDraft(session, 'garden', 'b.html').take()).toBeUndefined();
    expect(createRescuedDraft(session, 'garden', 'a.html').take()).toBe('typed');
    expect(createRescuedDraft(session, 'garden', 'a.html').take()).toBeUndefined();
  });

  it('are cleared when there is nothing unsaved', () => {
    const draft = createRescuedDraft(storage(), 'garden', 'a.html');
    draft.keep('typed');
    draft.keep(undefined);
    expect(draft.take()).toBeUndefined();
  });

  it('do not disturb the page when there is no room for them', () => {
    const full = storage(() => {
      throw new Error('QuotaExceededError');
    });
    const draft = createRescuedDraft(full, 'garden', 'a.html');
    expect(() => draft.keep('typed')).not.toThrow();
    expect(draft.take()).toBeUndefined();
  });
});
