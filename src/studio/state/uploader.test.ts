import { describe, expect, it } from 'vitest';
import { PeerServerError } from '../../protocol/errors.ts';
import type { SiteStore } from '../host.ts';
import type { UploadItem } from './upload-tree.ts';
import { createUploader, type UploadStatus } from './uploader.ts';

function items(count: number): UploadItem[] {
  return Array.from({ length: count }, (_, i) => ({ path: `f${i}`, file: new Blob(['x']) }));
}

function setUp(writeMany?: SiteStore['writeMany']) {
  const steps: { paths: string[]; publish: boolean | undefined }[] = [];
  const seen: UploadStatus[] = [];
  const uploader = createUploader(() => ({
    list: () => [],
    async writeMany(files, options) {
      steps.push({ paths: [...files].map((file) => file.path), publish: options?.publish });
      await writeMany?.(files, options);
    },
  }));
  uploader.status.subscribe((status) => seen.push(status));
  return { uploader, steps, seen };
}

describe('an upload', () => {
  it('goes live in steps and tells how far it is', async () => {
    const { uploader, steps, seen } = setUp();
    await uploader.upload(async () => ({ items: items(120), skipped: ['.DS_Store'] }));
    expect(steps.map((step) => step.paths.length)).toEqual([50, 50, 20]);
    expect(steps.every((step) => step.publish)).toBe(true);
    expect(seen.map((status) => (status.kind === 'storing' ? status.done : status.kind))).toEqual([
      'idle',
      'reading',
      0,
      50,
      100,
      'done',
    ]);
    expect(uploader.status.value).toEqual({ kind: 'done', count: 120, skipped: ['.DS_Store'] });
  });

  it('says what failed and how much is stored', async () => {
    let step = 0;
    const { uploader } = setUp(async () => {
      step += 1;
      if (step === 2) throw new PeerServerError('storage-failed', 'The disk is full.');
    });
    await uploader.upload(async () => ({ items: items(120), skipped: [] }));
    const expected = { kind: 'failed', message: 'The disk is full.', stored: 50 };
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
});
