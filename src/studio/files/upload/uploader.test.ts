import { describe, expect, it } from 'vitest';
import { PeerServerError } from '../../../protocol/errors.ts';
import type { SiteStore } from '../../host.ts';
import type { UploadItem } from './upload-tree.ts';
import { createUploader, type UploadStatus } from './uploader.ts';

function items(count: number): UploadItem[] {
  return Array.from({ length: count }, (_, i) => ({ path: `f${i}`, file: new Blob(['x']) }));
}

function setUp(
  writeMany?: SiteStore['writeMany'],
  { present = [], room }: { present?: string[]; room?: number } = {},
) {
  const steps: { paths: string[]; publish: boolean | undefined }[] = [];
  const seen: UploadStatus[] = [];
  const uploader = createUploader({
    store: () => ({
      list: () => present.map((path) => ({ path, size: 1, modified: 0, type: '', status: 'live' })),
      async writeMany(files, options) {
        steps.push({ paths: [...files].map((file) => file.path), publish: options?.publish });
        await writeMany?.(files, options);
      },
    }),
    room: async () => room,
    unpack: async () => ({ items: [{ path: 'inside.txt', file: new Blob(['x']) }], skipped: [] }),
  });
  uploader.status.subscribe((status) => seen.push(status));
  return { uploader, steps, seen };
}

describe('an upload', () => {
  it('goes live in steps and tells how far it is, in bytes', async () => {
    const { uploader, steps, seen } = setUp(async (_files, options) => {
      options?.onProgress?.({ done: 100, total: 200 });
    });
    await uploader.upload(async () => ({ items: items(420), skipped: ['.DS_Store'] }));
    expect(steps.map((step) => step.paths.length)).toEqual([200, 200, 20]);
    expect(steps.every((step) => step.publish)).toBe(true);
    const shown = seen.map((status) => (status.kind === 'storing' ? status.done : status.kind));
    expect(shown).toEqual(['idle', 'reading', 0, 100, 200, 300, 400, 500, 'done']);
    expect(uploader.status.value).toEqual({ kind: 'done', count: 420, skipped: ['.DS_Store'] });
  });

  it('says what failed and how much is stored', async () => {
    let step = 0;
    const { uploader } = setUp(async () => {
      step += 1;
      if (step === 2) throw new PeerServerError('storage-failed', 'The disk is full.');
    });
    await uploader.upload(async () => ({ items: items(420), skipped: [] }));
    const expected = { kind: 'failed', message: 'The disk is full.', stored: 200 };
    expect(uploader.status.value).toEqual(expected);
  });

  it('can be stopped', async () => {
    const { uploader, steps } = setUp(async (_files, options) => {
      uploader.cancel();
      if (options?.signal?.aborted) throw new PeerServerError('cancelled', 'x');
    });
    await uploader.upload(async () => ({ items: items(120), skipped: [] }));
    expect(steps).toHaveLength(1);
    expect(uploader.status.value).toMatchObject({ kind: 'failed', stored: 0 });
  });

  it('waits for the one before', async () => {
    const { uploader, steps } = setUp();
    const first = uploader.upload(async () => ({ items: items(1), skipped: [] }));
    const second = uploader.upload(async () => ({ items: items(2), skipped: [] }));
    await Promise.all([first, second]);
    expect(steps.map((step) => step.paths.length)).toEqual([1, 2]);
  });

  it('asks before files are replaced, and does as it is told', async () => {
    const batch = async () => ({ items: items(3), skipped: [] });
    const answers = [
      ['replace', ['f0', 'f1', 'f2']],
      ['skip', ['f0', 'f2']],
      ['keep-both', ['f0', 'f1-3', 'f2']],
    ] as const;
    for (const [answer, stored] of answers) {
      const { uploader, steps } = setUp(undefined, { present: ['f1', 'f1-2'] });
      uploader.status.subscribe((status) => {
        if (status.kind !== 'asking-to-replace') return;
        expect(status).toMatchObject({ taken: ['f1'], count: 3 });
        status.answer(answer);
      });
      await uploader.upload(batch);
      expect(steps.flatMap(({ paths }) => paths)).toEqual(stored);
    }
  });

  it('asks about two files of one name as about one that is there', async () => {
    const named = (path: string, text: string) => ({ path, file: new Blob([text]) });
    const answers = [
      ['replace', ['image.png', 'b.png'], 'two'],
      ['skip', ['image.png', 'b.png'], 'one'],
      ['keep-both', ['image.png', 'image-2.png', 'b.png'], 'one'],
    ] as const;
    for (const [answer, stored, text] of answers) {
      const contents = new Map<string, unknown>();
      const { uploader, steps } = setUp(async (files) => {
        for (const { path, content } of files) contents.set(path, content);
      });
      uploader.status.subscribe((status) => {
        if (status.kind !== 'asking-to-replace') return;
        expect(status).toMatchObject({ taken: ['image.png'], count: 3 });
        status.answer(answer);
      });
      const items = [named('image.png', 'one'), named('image.png', 'two'), named('b.png', 'b')];
      await uploader.upload(async () => ({ items, skipped: [] }));
      expect(steps.flatMap(({ paths }) => paths)).toEqual(stored);
      const image = contents.get('image.png');
      expect(image instanceof Blob && (await image.text())).toBe(text);
      expect(uploader.status.value).toMatchObject({ kind: 'done', count: stored.length });
    }
  });

  it('stores nothing when its question is not answered', async () => {
    const { uploader, steps } = setUp(undefined, { present: ['f0'] });
    uploader.status.subscribe((status) => {
      if (status.kind === 'asking-to-replace') status.answer(undefined);
    });
    await uploader.upload(async () => ({ items: items(2), skipped: [] }));
    expect(steps).toEqual([]);
    expect(uploader.status.value).toMatchObject({ kind: 'failed', stored: 0 });
  });

  it('asks what a zip is meant as', async () => {
    const zip = { path: 'site.zip', file: new Blob(['zip']) };
    for (const [answer, stored] of [
      ['file', 'site.zip'],
      ['unpack', 'inside.txt'],
    ] as const) {
      const { uploader, steps } = setUp();
      uploader.status.subscribe((status) => {
        if (status.kind === 'asking-about-zip') status.answer(answer);
      });
      await uploader.upload(async () => ({ items: [zip], skipped: [] }));
      expect(steps[0]?.paths).toEqual([stored]);
    }
  });

  it('stores nothing of what has no room, and says how much room there is', async () => {
    const { uploader, steps } = setUp(undefined, { room: 2 });
    await uploader.upload(async () => ({ items: items(3), skipped: [] }));
    expect(steps).toEqual([]);
    const message = expect.stringMatching(/only 2 B left.*\(3 B\)\. Nothing was uploaded/);
    expect(uploader.status.value).toEqual({ kind: 'failed', message, stored: 0 });
  });

  it('goes into the folder that was meant', async () => {
    const { uploader, steps } = setUp(undefined, { present: ['peerserver.json'] });
    await uploader.upload(async () => ({ items: items(1), skipped: [] }), { folder: 'lib/' });
    await uploader.upload(async () => ({ items: items(1), skipped: [] }));
    expect(steps.flatMap(({ paths }) => paths)).toEqual(['lib/f0', 'public/f0']);
  });
});
