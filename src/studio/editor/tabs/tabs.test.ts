import { describe, expect, it } from 'vitest';
import { createOpenFile } from '../../session/open-file.ts';
import { createEditorTabs } from './tabs.ts';

function setUp(paths: string[], kept?: string) {
  const calls: string[] = [];
  const openFile = createOpenFile({ hash: '', replace: () => {} });
  const tabs = createEditorTabs({
    storage: { getItem: () => kept ?? null, setItem: () => {}, removeItem: () => {} },
    serverName: 'garden',
    openFile,
    onRename: (from, to) => calls.push(`rename ${from} ${to}`),
    onClose: (path) => calls.push(`close ${path}`),
  });
  const have = (...next: string[]) => tabs.follow(next.map((path) => ({ path, size: 1 })));
  have(...paths);
  const open = (path: string) => {
    openFile.open(path);
    tabs.show(openFile.path.value);
  };
  const shown = () => tabs.all.value.map(({ path }) => path).join(' ');
  return { tabs, openFile, open, have, shown, calls };
}

describe('the tabs of the editor', () => {
  it('are those of the last time, without files that are gone', () => {
    const { shown } = setUp(['a', 'c'], '[{"path":"a"},{"path":"b"},{"path":"c"}]');
    expect(shown()).toBe('a c');
  });

  it('show nothing for a file that does not exist', () => {
    const { open, shown } = setUp(['a']);
    open('z');
    expect(shown()).toBe('');
  });

  it('show another when the one that is shown is closed', () => {
    const { tabs, open, openFile, shown, calls } = setUp(['a', 'b']);
    open('a');
    tabs.keep('a');
    open('b');
    tabs.close('b');
    expect(openFile.path.value).toBe('a');
    expect(shown()).toBe('a');
    tabs.close('a');
    expect(openFile.path.value).toBeUndefined();
    expect(calls).toEqual(['close b', 'close a']);
  });

  it('close when their file is deleted, and show the next one', () => {
    const { tabs, open, openFile, have, shown } = setUp(['a', 'b']);
    open('a');
    tabs.keep('a');
    open('b');
    have('a');
    expect(shown()).toBe('a');
    expect(openFile.path.value).toBe('a');
  });

  it('go with a file that is renamed, and with what was typed in it', () => {
    const { open, openFile, have, shown, calls } = setUp(['a', 'b']);
    open('a');
    have('b', 'c');
    expect(shown()).toBe('c');
    expect(openFile.path.value).toBe('c');
    expect(calls[0]).toBe('rename a c');
  });

  it('close all others, and walk around', () => {
    const { tabs, open, openFile, shown } = setUp(['a', 'b', 'c']);
    for (const path of ['a', 'b', 'c']) {
      open(path);
      tabs.keep(path);
    }
    tabs.step(1);
    expect(openFile.path.value).toBe('a');
    tabs.closeOthers('b');
    expect(shown()).toBe('b');
    expect(openFile.path.value).toBe('b');
  });
});
