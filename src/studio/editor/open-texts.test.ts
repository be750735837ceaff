import { describe, expect, it } from 'vitest';
import { PeerServerError } from '../../protocol/errors.ts';
import { createOpenTexts } from './open-texts.ts';

function setUp() {
  const kept = new Map<string, string>();
  const written: string[] = [];
  let full = false;
  const texts = createOpenTexts({
    serverName: 'garden',
    now: () => 0,
    clock: { now: () => 0, schedule: () => () => {} },
    storage: {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, text) => void kept.set(key, text),
      removeItem: (key) => void kept.delete(key),
    },
    store: {
      async write(path, content) {
        if (full) throw new PeerServerError('storage-failed', 'The disk is full.');
        written.push(`${path}=${String(content)}`);
      },
      publish: () => Promise.resolve(),
    },
  });
  const fill = () => {
    full = true;
  };
  return { texts, written, kept, fill };
}

describe('the texts of the tabs', () => {
  it('have a draft each, and are stored together', async () => {
    const { texts, written } = setUp();
    texts.of('a').saver.edit('1');
    texts.of('b').saver.edit('2');
    expect(texts.of('a')).toBe(texts.of('a'));
    expect(await texts.flush()).toBe(true);
    expect(written).toEqual(['a=1', 'b=2']);
  });

  it('are not stored whole when one cannot be', async () => {
    const { texts, fill } = setUp();
    texts.of('a').saver.edit('1');
    fill();
    expect(await texts.flush()).toBe(false);
  });

  it('go with a renamed file: what was typed is stored under its new path only', async () => {
    const { texts, written } = setUp();
    const before = texts.of('a');
    before.saver.edit('1');
    before.comparing.value = true;
    texts.rename('a', 'b');
    expect(texts.of('b').view).toBe(before.view);
    expect(texts.of('b').comparing.value).toBe(true);
    await texts.flush();
    expect(written).toEqual(['b=1']);
  });

  it('are stored when their tab is closed, or kept for the next time', async () => {
    const { texts, written, kept, fill } = setUp();
    texts.of('a').saver.edit('1');
    const first = texts.of('a').saver;
    texts.close('a');
    await first.flush();
    expect(written).toEqual(['a=1']);

    fill();
    const { saver } = texts.of('b');
    saver.edit('2');
    texts.end();
    await saver.flush();
    await Promise.resolve();
    expect([...kept.values()]).toEqual(['2']);
    // Opened again, it stands there as it was typed; once.
    expect(texts.of('b').saver.unsaved()).toBe('2');
    expect(kept.size).toBe(0);
  });

  it('are kept as they are when the page goes', () => {
    const { texts, kept } = setUp();
    texts.of('a').saver.edit('1');
    texts.of('b');
    texts.rescue();
    expect([...kept.values()]).toEqual(['1']);
  });

  it('forget what was typed when the files are put back', async () => {
    const { texts, written } = setUp();
    texts.of('a').saver.edit('1');
    texts.reset();
    await texts.flush();
    expect(written).toEqual([]);
  });
});
