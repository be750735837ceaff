import { expect, test } from 'vitest';
import { MAX_ARCHIVE_ENTRIES, MAX_NOTE_BYTES, MAX_UNPACKED_BYTES } from './limits.ts';
import { readSiteArchive } from './site-archive.ts';
import { type MadeEntry, makeZip } from './testing/make-zip.ts';

/** The archive's files as `layer path` with their texts. */
async function filesOf(archive: Blob): Promise<Record<string, string>> {
  const site = await readSiteArchive(archive);
  const texts = site.files().map(async ({ layer, path, open }) => {
    const name = layer === 'live' ? path : `${layer}: ${path}`;
    return [name, await new Response(open()).text()] as const;
  });
  return Object.fromEntries(await Promise.all(texts));
}

/** Unpacks everything; what goes wrong may be seen in the list or only in a file. */
async function unpack(archive: Blob): Promise<void> {
  await filesOf(archive);
  await (await readSiteArchive(archive)).database();
}

const PAGE: MadeEntry = { name: 'index.html', content: 'Hello' };
const NOTE = JSON.stringify({
  format: 1,
  name: 'garden',
  exportedAt: '2026-07-01T12:00:00Z',
  removedFromDraft: ['old.html'],
});

test('any zip of a site is read, packed or stored, with folders and an empty file', async () => {
  const archive = makeZip([
    { name: 'index.html', content: 'Hello' },
    { name: 'photos/', method: 0 },
    { name: 'photos/sea side.txt', content: 'waves '.repeat(100_000) },
    { name: 'stored.txt', content: 'as it is', method: 0 },
    { name: 'empty.txt' },
    { name: 'empty stored.txt', method: 0 },
  ]);
  expect(await filesOf(archive)).toEqual({
    'index.html': 'Hello',
    'photos/sea side.txt': 'waves '.repeat(100_000),
    'stored.txt': 'as it is',
    'empty.txt': '',
    'empty stored.txt': '',
  });
});

test.each([
  ['a comment at its end', makeZip([PAGE], { comment: 'Made on a Sunday PK' })],
  ['a program before it', makeZip([PAGE], { before: new Uint8Array(5000) })],
  ['a signature behind its list', makeZip([PAGE], { signed: true })],
  ['the form for large archives', makeZip([{ ...PAGE, zip64: true }], { zip64: true })],
])('a zip with %s is read', async (_, archive) => {
  expect(await filesOf(archive)).toEqual({ 'index.html': 'Hello' });
});

test('one of ours brings drafts, what the draft lacks, and the database', async () => {
  const archive = makeZip([
    PAGE,
    { name: '.peerserver/site.json', content: NOTE },
    { name: '.peerserver/draft/index.html', content: 'Hello, draft' },
    { name: '.peerserver/database.sqlite', content: 'rows' },
    { name: '.peerserver/something-else', content: 'of a later version' },
    { name: '.DS_Store', content: 'a file of the site, since we wrote it' },
  ]);
  expect(await filesOf(archive)).toEqual({
    'index.html': 'Hello',
    '.DS_Store': 'a file of the site, since we wrote it',
    'draft: index.html': 'Hello, draft',
  });
  const site = await readSiteArchive(archive);
  expect(site.removedFromDraft).toEqual(['old.html']);
  expect(await (await site.database())?.text()).toBe('rows');
});

test('what macOS and Windows leave in archives is left out', async () => {
  const archive = makeZip([
    PAGE,
    { name: '.DS_Store', content: 'x' },
    { name: 'photos/Thumbs.db', content: 'x' },
    { name: '__MACOSX/._index.html', content: 'x' },
  ]);
  expect(await filesOf(archive)).toEqual({ 'index.html': 'Hello' });
});

test.each([
  ['one that GitHub makes', ['garden-main/', 'garden-main/index.html', 'garden-main/a/b.txt']],
  ['a packed project', ['garden/peerserver.json', 'garden/public/x.html', '__MACOSX/garden/._x']],
])('the folder around the site is taken off: %s', async (_, names) => {
  const folder = names[0]?.split('/')[0];
  const kept = names.filter((name) => !name.endsWith('/') && !name.startsWith('__MACOSX'));
  const archive = makeZip(names.map((name) => ({ name })));
  expect(Object.keys(await filesOf(archive))).toEqual(
    kept.map((name) => name.slice(`${folder}/`.length)),
  );
});

test('one of ours that was unpacked and packed again is read as ours', async () => {
  const archive = makeZip([
    { name: 'garden/index.html', content: 'Hello' },
    { name: 'garden/.DS_Store' },
    { name: 'garden/.peerserver/site.json', content: NOTE },
    { name: 'garden/.peerserver/draft/index.html', content: 'Draft' },
  ]);
  expect(await filesOf(archive)).toEqual({ 'index.html': 'Hello', 'draft: index.html': 'Draft' });
});

test.each([
  [['public/index.html']],
  [['photos/a.jpg', 'photos/b.jpg']],
  [['a/index.html', 'b/index.html']],
])('a folder that is part of the addresses stays: %j', async (names) => {
  const archive = makeZip(names.map((name) => ({ name })));
  expect(Object.keys(await filesOf(archive))).toEqual(names);
});

test('the database of a folder that Node served comes along, if it is complete', async () => {
  const folder: MadeEntry[] = [PAGE, { name: '.peerserver/database.sqlite', content: 'rows' }];
  const site = await readSiteArchive(makeZip(folder));
  expect(await (await site.database())?.text()).toBe('rows');
  const running = [...folder, { name: '.peerserver/database.sqlite-wal', content: 'more' }];
  await expect(readSiteArchive(makeZip(running))).rejects.toThrow(/while the site was running/);
});

test('names of every kind are kept', async () => {
  const names = [
    'a b.txt',
    '#100%?.txt',
    '🌻/🐝.txt',
    'README',
    'readme',
    'C:/autoexec.bat',
    'x'.repeat(255),
    `${'ü'.repeat(127)}/y`,
    '__proto__',
  ];
  const archive = makeZip(names.map((name) => ({ name, content: name })));
  expect(await filesOf(archive)).toEqual(Object.fromEntries(names.map((name) => [name, name])));
});

test('names that are not marked as UTF-8 are read as it all the same, or as the first PCs wrote them', async () => {
  const archive = makeZip([
    { name: 'Zürich.txt', flags: 0 },
    { name: new Uint8Array([0x5a, 0x81, 0x72, 0x69, 0x63, 0x68]), flags: 0 },
    { name: new Uint8Array([0xe1, 0xff]), flags: 0 },
  ]);
  expect(Object.keys(await filesOf(archive))).toEqual(['Zürich.txt', 'Zürich', 'ß\u00a0']);
});

test.each([
  '../outside.txt',
  'a/../../outside.txt',
  '/etc/passwd',
  '\\windows\\system32',
  'C:\\windows\\win.ini',
  'a\0.txt',
])('a name that leads out of the site is refused: %j', async (name) => {
  const refused = readSiteArchive(makeZip([PAGE, { name }]));
  await expect(refused).rejects.toMatchObject({
    code: 'bad-input',
    message: expect.stringMatching(/outside of the site\. Nothing was changed\.$/),
  });
});

test.each([
  ['an empty part', 'a//b'],
  ['a dot', './a'],
  ['256 bytes', 'x'.repeat(256)],
  ['more characters than a path may have', `${'abcdefg/'.repeat(140)}a`],
])('a name with %s is refused', async (_, name) => {
  await expect(readSiteArchive(makeZip([{ name }]))).rejects.toMatchObject({ code: 'bad-input' });
});

test.each<[string, MadeEntry[], RegExp]>([
  ['two files of one name', [PAGE, PAGE], /two files called “index.html”/],
  ['twins of which one is decomposed', [{ name: 'é' }, { name: 'e\u0301' }], /two files/],
  ['a file where a folder is', [{ name: 'a' }, { name: 'a/b' }], /a file and a folder/],
  ['a symbolic link', [{ name: 'a', content: '/etc', mode: 0o120777 }], /points to another/],
  ['a device', [{ name: 'a', mode: 0o060644 }], /points to another/],
  ['a password', [{ ...PAGE, flags: 1 }], /has a password/],
  ['another packing', [{ ...PAGE, method: 12 }], /packed in a way/],
  ['no files', [], /no files of a site/],
  ['folders only', [{ name: 'a/', method: 0 }], /no files of a site/],
  ['a name that is no text', [{ name: new Uint8Array([0xff]) }], /name is not readable/],
  ['a longer file than it says', [{ ...PAGE, content: 'x'.repeat(90), size: 80 }], /not as long/],
  ['a shorter file than it says', [{ ...PAGE, size: 80 }], /not as long/],
  ['a changed file', [{ ...PAGE, crc: 1 }], /has changed/],
  ['a stored file of another length', [{ ...PAGE, method: 0, size: 3 }], /not as long/],
  ['nonsense for content', [{ ...PAGE, packed: new Uint8Array([7, 7, 7]) }], /cannot be unpacked/],
  ['nothing for content', [{ ...PAGE, packed: new Uint8Array() }], /not as long/],
  ['files that share bytes', [PAGE, { ...PAGE, name: 'b', overlap: true }], /shares its bytes/],
  ['a note that is no JSON', [{ name: '.peerserver/site.json', content: '{' }], /makes no sense/],
  ['a note of another kind', [{ name: '.peerserver/site.json', content: '[]' }], /makes no sense/],
  [
    'a note of a later version',
    [{ name: '.peerserver/site.json', content: '{"format":2}' }],
    /newer version/,
  ],
  [
    'a note that removes what lies outside',
    [PAGE, { name: '.peerserver/site.json', content: NOTE.replace('old.html', '../x') }],
    /not possible/,
  ],
  [
    'a draft that lies outside',
    [{ name: '.peerserver/site.json', content: NOTE }, { name: '.peerserver/draft//etc/x' }],
    /not possible/,
  ],
])('an archive with %s is refused', async (_, entries, message) => {
  const refused = unpack(makeZip(entries));
  await expect(refused).rejects.toThrow(message);
  await expect(refused).rejects.toMatchObject({
    code: 'bad-input',
    message: expect.stringMatching(/Nothing was changed\.$/),
  });
});

test('an archive that breaks off anywhere is refused', async () => {
  const whole = makeZip([
    { name: 'a.txt', content: 'Hello '.repeat(50) },
    { name: 'b.txt', content: 'stored', method: 0 },
  ]);
  for (let end = 0; end < whole.size; end += 1) {
    await expect(unpack(whole.slice(0, end))).rejects.toMatchObject({ code: 'bad-input' });
    // What is missing at the beginning could be missing files.
    if (end > 0) {
      await expect(unpack(whole.slice(end))).rejects.toMatchObject({ code: 'bad-input' });
    }
  }
});

test('an archive with any byte changed is refused or gives files of the declared sizes', async () => {
  const whole = new Uint8Array(
    await makeZip([{ name: 'a.txt', content: 'Hello '.repeat(50) }]).arrayBuffer(),
  );
  for (let at = 0; at < whole.length; at += 1) {
    const changed = whole.slice();
    changed[at] = (changed[at] ?? 0) ^ 0xff;
    try {
      const texts = Object.values(await filesOf(new Blob([changed])));
      expect(texts).toEqual(['Hello '.repeat(50)]);
    } catch (thrown) {
      expect(thrown).toMatchObject({ code: 'bad-input' });
    }
  }
});

test('more files than a site may have are refused before any is looked at', async () => {
  const many = Array.from({ length: MAX_ARCHIVE_ENTRIES + 1 }, (_, index) => ({
    name: `${index}`,
    method: 0,
  }));
  await expect(readSiteArchive(makeZip(many))).rejects.toThrow(/more than 20,000 files/);
});

test.each([
  ['fewer', 1],
  ['more', 3],
])('an archive whose end counts %s files than its list has is refused', async (_, count) => {
  const archive = makeZip([PAGE, { name: 'b.txt' }], { count });
  await expect(readSiteArchive(archive)).rejects.toThrow(/list of files is not as long as its end/);
});

test('an archive whose count began again at 0 has too many files, and not a part of them', async () => {
  const many = Array.from({ length: 65_537 }, (_, index) => ({ name: `${index}`, method: 0 }));
  await expect(readSiteArchive(makeZip(many))).rejects.toThrow(/more than 20,000 files/);
});

test('a bomb is refused by what it says of itself, or stopped at the byte it did not tell of', async () => {
  const zeros = new Uint8Array(80 * 1024 * 1024);
  const honest = makeZip([{ name: 'bomb', content: zeros }]);
  expect(honest.size).toBeLessThan(100_000);
  await expect(readSiteArchive(honest)).rejects.toThrow(/meant to fill your disk/);
  const lie = { name: 'bomb', content: zeros.subarray(0, 1024 * 1024), size: 100 };
  const liar = await readSiteArchive(makeZip([lie]));
  const reader = liar.files()[0]?.open().getReader();
  await expect(reader?.read()).rejects.toThrow(/not as long as its list says/);
});

test('an archive that declares more than a site may have is refused', async () => {
  const size = MAX_UNPACKED_BYTES / 2 + 1;
  const archive = makeZip(['a', 'b'].map((name) => ({ name, size })));
  await expect(readSiteArchive(archive)).rejects.toThrow(/more than 2 GiB/);
});

test('a note that is larger than any of ours is refused unread', async () => {
  const note = { name: '.peerserver/site.json', content: new Uint8Array(MAX_NOTE_BYTES + 1) };
  await expect(readSiteArchive(makeZip([PAGE, note]))).rejects.toThrow(/larger than 8 MiB/);
});

test.each([
  ['an empty file', new Blob([])],
  ['a picture', new Blob([new Uint8Array(70_000).fill(7)])],
])('%s is no zip', async (_, file) => {
  await expect(readSiteArchive(file)).rejects.toThrow(/no zip archive/);
});
