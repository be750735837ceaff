import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { PeerServerError } from '../../protocol/errors.ts';
import type { CookieStorage } from '../cookies/jar-file.ts';

/** Whoever reads the file can pose as any visitor of the site. */
const OWNER_ONLY = 0o600;

/** Visitors' cookies in a file. @param path where it lies, or will */
export function cookieFile(path: string): CookieStorage {
  return {
    async load() {
      try {
        return await readFile(path, 'utf8');
      } catch (thrown) {
        if (isMissing(thrown)) return undefined;
        throw failed('read', path, thrown);
      }
    },
    async save(text) {
      // Written beside its place and moved there: nobody ever reads half of it.
      const draft = `${path}.${randomUUID()}`;
      try {
        await writeFile(draft, text, { mode: OWNER_ONLY, flush: true });
        await rename(draft, path);
      } catch (thrown) {
        throw failed('written', path, thrown);
      } finally {
        await rm(draft, { force: true });
      }
    },
  };
}

function isMissing(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT';
}

function failed(done: string, path: string, cause: unknown): PeerServerError {
  const detail = cause instanceof Error ? cause.message : String(cause);
  const text = `The cookies of visitors cannot be ${done} (${detail}). Check ${path} and its folder.`;
  return new PeerServerError('storage-failed', text, { cause });
}
