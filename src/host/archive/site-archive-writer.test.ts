import { expect, test } from 'vitest';
import { MAX_ARCHIVE_ENTRIES, MAX_UNPACKED_BYTES } from './limits.ts';
import { readSiteArchive } from './site-archive.ts';
import {
  type ArchiveOptions,
  type FileToArchive,
  type SiteToArchive,
  writeSiteArchive,
} from './site-archive-writer.ts';

const NOW = Date.UTC(2026, 6, 1);

function file(
  path: string,
  content: string | Uint8Array<ArrayBuffer>,
  layer: FileToArchive['layer'] = 'live',
): FileToArchive {
  const blob = new Blob([content]);
  return { layer, path, size: blob.size, modified: NOW, open: async () => blob };
}

function write(site: Partial<SiteToArchive>, options: Partial<ArchiveOptions> = {}) {
  return writeSiteArchive(
    { name: 'garden', files: [], removedFromDraft: [], database: undefined, ...site },
    { signal: new AbortController().signal, now: () => NOW, onEnd: () => {}, ...options },
  );
}

function archiveOf(site: Partial<SiteToArchive>): Promise<Blob> {
  return new Response(write(site)).blob();
}

test('what was written is read: files, drafts, what the draft lacks, database', async () => {
  const archive = await archiveOf({
    files: [
      file('index.html', 'Hello '.repeat(1000)),
      file('photo.jpg', 'packed already'),
      file('empty', ''),
      file('index.html', 'Hello, draft', 'draft'),
    ],
    removedFromDraft: ['photo.jpg'],
    database: new Blob(['rows']),
  });
  const site = await readSiteArchive(archive);
  const files = site.files().map(async ({ layer, path, open }) => {
    return `${layer} ${path} ${(await new Response(open()).text()).slice(0, 14)}`;
  });
  expect(await Promise.all(files)).toEqual([
    'live index.html Hello Hello He',
    'live photo.jpg packed already',
    'live empty ',
    'draft index.html Hello, draft',
  ]);
  expect(site.removedFromDraft).toEqual(['photo.jpg']);
  expect(await (await site.database())?.text()).toBe('rows');
});

test('text is packed, and what is packed already is not', async () => {
  const content = 'the same again '.repeat(10_000);
  const text = await archiveOf({ files: [file('a.txt', content)] });
  const picture = await archiveOf({ files: [file('a.png', content)] });
  const drawing = await archiveOf({ files: [file('a.svg', content)] });
  expect(text.size).toBeLessThan(5000);
  expect(drawing.size).toBeLessThan(5000);
  expect(picture.size).toBeGreaterThan(content.length);
});

test('names of every kind come back as they were', async () => {
  const paths = [
    'a b.txt',
    '#100%?.txt',
    '🌻/🐝.txt',
    'README',
    'readme',
    'C:/x',
    '.DS_Store',
    'x'.repeat(255),
    '__proto__',
    `${'ü'.repeat(127)}/y`,
  ];
  const archive = await archiveOf({ files: paths.map((path) => file(path, path)) });
  expect((await readSiteArchive(archive)).files().map(({ path }) => path)).toEqual(paths);
});

test('a site that packs too well to be believed can be read all the same', async () => {
  const zeros = new Uint8Array(50 * 1024 * 1024);
  const archive = await archiveOf({
    files: [file('a.txt', zeros), file('b.txt', zeros), file('c.txt', 'Hello')],
  });
  const site = await readSiteArchive(archive);
  expect(site.files().map(({ size }) => size)).toEqual([zeros.length, zeros.length, 5]);
});

test('progress is told in bytes of content', async () => {
  const told: unknown[] = [];
  const files = [file('a.txt', 'Hello'), file('b.txt', 'x'.repeat(200_000))];
  const stream = write({ files }, { onProgress: (progress) => told.push(progress) });
  await new Response(stream).blob();
  expect(told.at(-1)).toEqual({ done: 200_005, total: 200_005 });
});

test('it is made as it is read, and giving up ends it', async () => {
  const opened: string[] = [];
  const files = ['a', 'b'].map((path) => ({
    ...file(path, new Uint8Array(1_000_000).fill(7)),
    open: async () => {
      opened.push(path);
      return new Blob([new Uint8Array(1_000_000)]);
    },
  }));
  let ends = 0;
  const onEnd = () => {
    ends += 1;
  };
  const unread = write({ files }, { onEnd });
  const reader = unread.getReader();
  await reader.read();
  expect(opened).toEqual([]);
  await reader.cancel();
  expect(ends).toBe(1);
  const abort = new AbortController();
  const given = write({ files }, { onEnd, signal: abort.signal }).getReader();
  await given.read();
  abort.abort();
  await expect(readAll(given)).rejects.toMatchObject({ code: 'cancelled' });
  expect(ends).toBe(2);
});

test('a file that cannot be read any more is an error, and no short archive', async () => {
  const broken = {
    ...file('a', 'Hello'),
    open: () => Promise.reject(new DOMException('It is gone.', 'NotFoundError')),
  };
  let ends = 0;
  const stream = write({ files: [broken] }, { onEnd: () => (ends += 1) });
  await expect(new Response(stream).blob()).rejects.toMatchObject({ code: 'storage-failed' });
  expect(ends).toBe(1);
});

test('a site that is larger than an archive may be is refused before anything is read', () => {
  const huge = { ...file('a', ''), size: MAX_UNPACKED_BYTES + 1 };
  expect(() => write({ files: [huge] })).toThrow(/more than 2 GiB/);
  const many = Array.from({ length: MAX_ARCHIVE_ENTRIES }, (_, index) => file(`${index}`, ''));
  expect(() => write({ files: many })).toThrow(/20,000 files/);
});

async function readAll(reader: ReadableStreamDefaultReader<unknown>): Promise<void> {
  while (!(await reader.read()).done) {
    // Only its end counts.
  }
}
