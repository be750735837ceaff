import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { verifySignature } from '../../protocol/identity.ts';
import { identityFromFile } from './identity-file.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'peerserver-identity-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('an identity is made once, for its owner’s eyes, and is the same ever after', async () => {
  const path = join(folder, 'key.json');
  const made = await identityFromFile(path);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ kty: 'EC', crv: 'P-256' });
  const kept = await identityFromFile(path);
  expect(kept.publicKey).toBe(made.publicKey);
  const bytes = new TextEncoder().encode('hello');
  expect(await verifySignature(made.publicKey, await kept.sign(bytes), bytes)).toBe(true);
});

test('two programs that start at once share one identity', async () => {
  const path = join(folder, 'key.json');
  const [one, two] = await Promise.all([identityFromFile(path), identityFromFile(path)]);
  expect(one.publicKey).toBe(two.publicKey);
});

test.each([
  '',
  'not json',
  '{}',
  '{"kty":"EC","crv":"P-256","x":"AA","y":"AA","d":"AA"}',
  'null',
])('a file with %j in it is told apart from an identity, and left alone', async (content) => {
  const path = join(folder, 'key.json');
  await writeFile(path, content);
  await expect(identityFromFile(path)).rejects.toThrow(/holds no identity/);
  expect(await readFile(path, 'utf8')).toBe(content);
});

test('a place that cannot be written to is told in clear words', async () => {
  const path = join(folder, 'missing', 'key.json');
  await expect(identityFromFile(path)).rejects.toMatchObject({ code: 'storage-failed' });
});
