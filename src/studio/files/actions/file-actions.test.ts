import { beforeEach, describe, expect, it } from 'vitest';
import { PeerServerError } from '../../../protocol/errors.ts';
import { createToaster } from '../../elements/toast.ts';
import { createOpenFile } from '../../session/open-file.ts';
import { memoryStore } from '../testing/memory-store.ts';
import { createFileActions } from './file-actions.ts';

function setUp(files: Record<string, string> = {}) {
  const store = memoryStore(files);
  const openFile = createOpenFile({ hash: '', replace: () => {} });
  const toaster = createToaster({ now: () => 0, schedule: () => () => {} });
  const actions = createFileActions({ store, openFile, toaster });
  const undo = async () => {
    toaster.current.value?.action?.run();
    await store.idle();
  };
  return { store, openFile, toaster, actions, undo };
}

describe('actions on files', () => {
  it('make a file and open it', async () => {
    const { actions, store, openFile } = setUp();
    expect(await actions.create('/about.html', '<h1>')).toBeUndefined();
    expect(store.contents()).toEqual({ 'about.html': '<h1>' });
    expect(openFile.path.value).toBe('about.html');
  });

  it('never write over a file that is there', async () => {
    const { actions, store } = setUp({ 'a.html': 'a', 'b.html': 'b', 'photos/a.html': '' });
    expect(await actions.create('a.html')).toMatch(/already/);
    expect(await actions.rename('b.html', 'a.html')).toMatch(/already/);
    expect(await actions.moveInto(['a.html'], 'photos/')).toMatch(/already/);
    expect(await actions.create('../a')).toMatch(/“\.\.”/);
    expect(store.contents()).toMatchObject({ 'a.html': 'a', 'b.html': 'b' });
  });

  it('rename a file or a folder for visitors, too, and the open file follows', async () => {
    const { actions, store, openFile } = setUp({ 'a.html': 'a', 'photos/cat.jpg': 'c' });
    await actions.rename('a.html', 'b.html');
    expect(openFile.path.value).toBeUndefined();
    openFile.open('photos/cat.jpg');
    expect(await actions.rename('photos/', 'pictures')).toBeUndefined();
    expect(store.contents()).toEqual({ 'b.html': 'a', 'pictures/cat.jpg': 'c' });
    expect(store.published()).toEqual(store.contents());
    expect(openFile.path.value).toBe('pictures/cat.jpg');
  });

  it('move files and folders into a folder', async () => {
    const { actions, store } = setUp({ 'a.html': 'a', 'photos/cat.jpg': 'c', 'old/x.txt': 'x' });
    expect(await actions.moveInto(['a.html', 'photos/'], 'old/')).toBeUndefined();
    const moved = { 'old/a.html': 'a', 'old/photos/cat.jpg': 'c', 'old/x.txt': 'x' };
    expect(store.contents()).toEqual(moved);
  });

  it('copy beside the original, under a name that is free', async () => {
    const { actions, store, openFile } = setUp({
      'a.html': 'a',
      'a-copy.html': '',
      'p/c.jpg': 'c',
    });
    await actions.duplicate('a.html');
    expect(openFile.path.value).toBe('a-copy-2.html');
    await actions.duplicate('p/');
    expect(store.contents()).toMatchObject({ 'a-copy-2.html': 'a', 'p-copy/c.jpg': 'c' });
  });

  it('never move two files of the same name to one place', async () => {
    const { actions, store } = setUp({ 'a/x.txt': 'a', 'b/x.txt': 'b' });
    const before = store.contents();
    expect(await actions.moveInto(['a/x.txt', 'b/x.txt'], 'c/')).toMatch(/called x\.txt/);
    expect(store.contents()).toEqual(before);
  });

  it('publish no draft by renaming, and take a file that was never live back to nobody', async () => {
    const { actions, store } = setUp({ 'a.html': 'live' });
    await store.write('a.html', 'draft');
    await actions.create('secret.html', 'secret');
    await actions.rename('secret.html', 'hidden.html');
    await actions.rename('a.html', 'b.html');
    expect(store.contents()).toEqual({ 'b.html': 'draft', 'hidden.html': 'secret' });
    expect(store.published()).toEqual({ 'b.html': 'live' });
    await actions.undo();
    expect(store.published()).toEqual({ 'a.html': 'live' });
  });

  it('wait before a change until what was typed is stored', async () => {
    const { actions, store } = setUp({ 'a.html': 'a' });
    const stop = actions.beforeChange(() => store.write('a.html', 'typed'));
    await actions.rename('a.html', 'b.html');
    expect(store.contents()).toEqual({ 'b.html': 'typed' });
    stop();
    await actions.rename('b.html', 'c.html');
    expect(store.contents()).toEqual({ 'c.html': 'typed' });
  });

  it('say what went wrong', async () => {
    const { actions, store, toaster } = setUp({ 'a.html': 'a' });
    store.failWith(new PeerServerError('storage-failed', 'The disk is full.'));
    expect(await actions.create('b.html')).toBe('The disk is full.');
    await actions.discard('a.html');
    expect(toaster.current.value?.message).toBe('The disk is full.');
  });

  it('close a file that never was live when its changes are discarded', async () => {
    const { actions, openFile, store } = setUp();
    await store.write('new.html', '');
    openFile.open('new.html');
    await actions.discard('new.html');
    expect(openFile.path.value).toBeUndefined();
  });

  it('offer to bring back a file that never was live when its changes are discarded', async () => {
    const { actions, store, toaster, undo } = setUp();
    await store.write('new.html', 'an hour');
    await actions.discard('new.html');
    expect(store.contents()).toEqual({});
    expect(toaster.current.value?.message).toBe('Deleted new.html.');
    await undo();
    expect(store.contents()).toEqual({ 'new.html': 'an hour' });
    expect(store.published()).toEqual({});
  });
});

describe('what was done to files', () => {
  let all: ReturnType<typeof setUp>;
  const before = { 'a.html': 'a', 'b.html': 'b', 'p/c.jpg': 'c', 'p/d.jpg': 'd' };
  beforeEach(() => {
    all = setUp(before);
  });

  const changes: readonly [string, () => Promise<unknown>][] = [
    ['a deletion', () => all.actions.remove('a.html')],
    ['a deletion of a folder', () => all.actions.removeAll(['p/', 'b.html'])],
    ['a renaming', () => all.actions.rename('a.html', 'x.html')],
    ['a move', () => all.actions.moveInto(['a.html', 'b.html'], 'p/')],
    ['a copy', () => all.actions.duplicate('p/')],
    ['a new file', () => all.actions.create('new.html', 'n')],
  ];

  it.each(changes)('is taken back: %s', async (_name, change) => {
    await change();
    expect(all.store.contents()).not.toEqual(before);
    await all.undo();
    expect(all.store.contents()).toEqual(before);
  });

  it.each(changes)('is taken back when something was typed since: %s', async (_name, change) => {
    await change();
    await all.store.write('typed.txt', 'later');
    await all.actions.undo();
    expect(all.store.contents()).toEqual({ ...before, 'typed.txt': 'later' });
    expect(all.store.kept).toBe(0);
  });

  it('is taken back one after the other, by the command, too', async () => {
    const { actions, store } = all;
    await actions.remove('a.html');
    await actions.rename('b.html', 'z.html');
    expect(actions.lastChange.value?.title).toBe('Renamed b.html to z.html.');
    await actions.undo();
    expect(actions.lastChange.value?.title).toBe('Deleted a.html.');
    await actions.undo();
    expect(store.contents()).toEqual(before);
    expect(actions.lastChange.value).toBeUndefined();
    await actions.undo();
    expect(store.contents()).toEqual(before);
  });

  it('opens what it brings back, and not what it takes away', async () => {
    const { actions, openFile } = all;
    openFile.open('a.html');
    await actions.remove('a.html');
    expect(openFile.path.value).toBeUndefined();
    await all.undo();
    expect(openFile.path.value).toBe('a.html');
    await actions.create('new.html');
    await all.undo();
    expect(openFile.path.value).toBeUndefined();
  });

  it('brings back what visitors got and the draft each for itself', async () => {
    const { actions, store } = all;
    await store.write('a.html', 'DRAFT');
    await store.write('p/new.jpg', 'NEW');
    await actions.removeAll(['a.html', 'p/']);
    expect(store.published()).toEqual({ 'b.html': 'b' });
    await all.undo();
    expect(store.contents()).toEqual({ ...before, 'a.html': 'DRAFT', 'p/new.jpg': 'NEW' });
    expect(store.published()).toEqual(before);
  });

  it('is never written over what came in its place', async () => {
    const { actions, store, toaster } = all;
    await actions.remove('a.html');
    await store.write('a.html', 'another');
    await all.undo();
    expect(toaster.current.value?.message).toMatch(/There is a\.html again/);
    expect(store.contents()).toEqual({ ...before, 'a.html': 'another' });
  });

  it.each([
    ['new file', 'new.html', () => all.actions.create('new.html', 'n')],
    ['copy', 'a-copy.html', () => all.actions.duplicate('a.html')],
  ])('takes what was written into a %s away only so that it can be brought back', async (...made) => {
    const [, path, make] = made;
    const { actions, store, toaster } = all;
    await make();
    await store.write(path, 'an hour of writing', { publish: true });
    await actions.undo();
    expect(store.contents()).toEqual(before);
    expect(actions.lastChange.value?.title).toBe(`Deleted ${path}.`);
    expect(toaster.current.value?.action?.label).toBe('Undo');
    await all.undo();
    expect(store.contents()).toEqual({ ...before, [path]: 'an hour of writing' });
    expect(store.published()).toEqual(store.contents());
    expect(actions.lastChange.value).toBeUndefined();
    expect(store.kept).toBe(0);
  });

  it('says it when a large deletion cannot be taken back', async () => {
    const { actions, store, toaster } = all;
    store.keepTooMuch();
    await actions.removeAll(['p/']);
    expect(toaster.current.value?.action).toBeUndefined();
    expect(store.kept).toBe(0);
    await actions.undo();
    expect(toaster.current.value?.message).toMatch(/Deleted p\/.*cannot be taken back/);
    expect(actions.lastChange.value).toBeUndefined();
  });
});
