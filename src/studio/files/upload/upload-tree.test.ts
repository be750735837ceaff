import { describe, expect, it } from 'vitest';
import {
  batchOfFiles,
  type DroppedEntry,
  entryOfFile,
  MAX_UPLOAD_DEPTH,
  MAX_UPLOAD_FILES,
  walkEntries,
} from './upload-tree.ts';

const { signal } = new AbortController();

function fileEntry(name: string, text = name): DroppedEntry {
  return entryOfFile(new File([text], name));
}

/** Gives its children two at a time, as browsers give them in portions. */
function folderEntry(name: string, children: DroppedEntry[]): DroppedEntry {
  return {
    isFile: false,
    isDirectory: true,
    name,
    createReader() {
      let next = 0;
      return {
        readEntries(resolve) {
          resolve(children.slice(next, next + 2));
          next += 2;
        },
      };
    },
  };
}

async function pathsOf(entries: DroppedEntry[]) {
  const batch = await walkEntries(entries, signal);
  return { paths: batch.items.map((item) => item.path), skipped: batch.skipped };
}

describe('walking what was dropped', () => {
  it('finds the files of nested folders, over several portions', async () => {
    const photos = folderEntry(
      'photos',
      ['a', 'b', 'c', 'd', 'e'].map((name) => fileEntry(name)),
    );
    const { paths } = await pathsOf([fileEntry('index.html'), photos]);
    expect(paths).toEqual([
      'index.html',
      'photos/a',
      'photos/b',
      'photos/c',
      'photos/d',
      'photos/e',
    ]);
  });

  it('takes a folder that was dropped alone as the site itself', async () => {
    const site = folderEntry('my-site', [
      fileEntry('index.html'),
      folderEntry('css', [fileEntry('a.css')]),
    ]);
    expect((await pathsOf([site])).paths).toEqual(['index.html', 'css/a.css']);
  });

  it('leaves out the litter of operating systems and version control, and says so', async () => {
    const site = folderEntry('s', [
      fileEntry('.DS_Store'),
      folderEntry('.git', [fileEntry('config')]),
      fileEntry('a.html'),
    ]);
    expect(await pathsOf([site])).toEqual({ paths: ['a.html'], skipped: ['.DS_Store', '.git/'] });
  });

  it('leaves out names that no site can have', async () => {
    const long = `${'ä'.repeat(130)}.txt`;
    const { skipped } = await pathsOf([fileEntry('a\\b'), fileEntry('a.html'), fileEntry(long)]);
    expect(skipped).toEqual(['a\\b', long]);
  });

  it('keeps the bytes with the path', async () => {
    const batch = await walkEntries([fileEntry('a.txt', 'hello')], signal);
    expect(await batch.items[0]?.file.text()).toBe('hello');
  });

  it('refuses a tree that is deeper than the limit', async () => {
    let entry = fileEntry('leaf');
    for (let depth = 0; depth <= MAX_UPLOAD_DEPTH; depth++) entry = folderEntry('f', [entry]);
    await expect(pathsOf([fileEntry('a'), entry])).rejects.toMatchObject({ code: 'bad-input' });
  });

  it('refuses more files than the limit', async () => {
    const many = Array.from({ length: MAX_UPLOAD_FILES + 1 }, (_, i) => fileEntry(`${i}`));
    await expect(pathsOf(many)).rejects.toMatchObject({ code: 'bad-input' });
  });

  it('names the file that cannot be read', async () => {
    const broken: DroppedEntry = {
      isFile: true,
      isDirectory: false,
      name: 'broken.png',
      file: (_resolve, reject) => reject(new Error('gone')),
    };
    await expect(pathsOf([broken])).rejects.toMatchObject({
      code: 'storage-failed',
      message: expect.stringContaining('broken.png'),
    });
  });

  it('stops when it is told to', async () => {
    await expect(walkEntries([fileEntry('a')], AbortSignal.abort())).rejects.toMatchObject({
      code: 'cancelled',
    });
  });
});

describe('what a file chooser gives', () => {
  it('becomes paths below the chosen folder', () => {
    const file = new File(['x'], 'a.css');
    Object.defineProperty(file, 'webkitRelativePath', { value: 'my-site/css/a.css' });
    const batch = batchOfFiles([file, new File(['y'], 'plain.txt')]);
    expect(batch.items.map((item) => item.path)).toEqual(['css/a.css', 'plain.txt']);
  });
});
