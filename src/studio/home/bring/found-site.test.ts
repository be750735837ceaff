import { describe, expect, it } from 'vitest';
import { PeerServerError } from '../../../protocol/errors.ts';
import type { DroppedEntry } from '../../files/upload/upload-tree.ts';
import { findSite, type Inspect } from './found-site.ts';

const { signal } = new AbortController();
const inspect: Inspect = async () => ({ files: 3, bytes: 90, project: true, database: true });

function fileEntry(name: string, text = ''): DroppedEntry {
  return {
    isFile: true,
    isDirectory: false,
    name,
    file: (resolve) => resolve(new File([text], name)),
  };
}

function folderEntry(name: string, children: DroppedEntry[]): DroppedEntry {
  const portions = [children, []];
  return {
    isFile: false,
    isDirectory: true,
    name,
    createReader: () => ({ readEntries: (resolve) => resolve(portions.shift() ?? []) }),
  };
}

const drop = (...entries: DroppedEntry[]) =>
  findSite({ kind: 'entries', entries }, inspect, signal);

describe('what somebody brings', () => {
  it('is a folder: its name is proposed, its own part of the paths is dropped', async () => {
    const site = await drop(
      folderEntry('My Photos', [
        fileEntry('index.html', 'hello'),
        folderEntry('sea', [fileEntry('a.jpg', 'abc')]),
        fileEntry('.DS_Store', 'litter'),
      ]),
    );
    expect(site).toMatchObject({
      title: 'My Photos',
      name: 'my-photos',
      files: 2,
      bytes: 8,
      project: false,
      database: false,
      skipped: ['.DS_Store'],
    });
    expect(site.content).toMatchObject({
      kind: 'files',
      files: [{ path: 'index.html' }, { path: 'sea/a.jpg' }],
    });
  });

  it('is a project when it has its file of settings at the root', async () => {
    const site = await drop(
      folderEntry('shop', [fileEntry('peerserver.json', '{}'), fileEntry('server.ts')]),
    );
    expect(site.project).toBe(true);
  });

  it.each([
    ['photos.zip', 'photos'],
    ['Photos (1).ZIP', 'photos'],
    ['--.zip', ''],
  ])('is a zip, %s, which is handed on as it is and proposes the name “%s”', async (file, name) => {
    const site = await drop(fileEntry(file, 'PK'));
    expect(site).toMatchObject({ title: file, name, files: 3, bytes: 90, database: true });
    expect(site.content.kind).toBe('archive');
  });

  it('is a zip that was chosen', async () => {
    const files = [new File(['PK'], 'garden.zip')];
    const site = await findSite({ kind: 'files', files }, inspect, signal);
    expect(site).toMatchObject({ name: 'garden', content: { kind: 'archive' } });
  });

  it('is some loose files, for which there is no name', async () => {
    const site = await drop(fileEntry('a.zip'), fileEntry('b.html', 'b'));
    expect(site).toMatchObject({ title: 'these files', name: '', files: 2, bytes: 1 });
  });

  it('is refused without a file that a site can have', async () => {
    await expect(drop(folderEntry('empty', []))).rejects.toMatchObject({ code: 'bad-input' });
    await expect(drop(folderEntry('litter', [fileEntry('.DS_Store')]))).rejects.toThrow(
      'There are no files in it',
    );
  });

  it('is refused when the zip is bad, with the reason', async () => {
    const bad: Inspect = () => Promise.reject(new PeerServerError('bad-input', 'A bomb.'));
    const brought = { kind: 'files', files: [new File([''], 'x.zip')] } as const;
    await expect(findSite(brought, bad, signal)).rejects.toThrow('A bomb.');
  });
});
