import { createHash } from 'node:crypto';
import { realpath, unlink } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { PeerServerError } from '../../protocol/errors.ts';

/** The right to have a database open. */
export interface DatabaseLock {
  release(): Promise<void>;
}

/**
 * Keeps two processes of this computer from opening one database at a time, which would damage it: SQLite's
 * WebAssembly build cannot lock files. Whoever listens on a local socket named after the file has it, so that
 * a process that dies lets go of it.
 * @throws PeerServerError storage-failed when somebody else has it
 */
export async function lockDatabase(path: string): Promise<DatabaseLock> {
  const real = join(await realpath(dirname(path)), basename(path));
  const name = `peerserver-${createHash('sha256').update(real).digest('hex').slice(0, 32)}`;
  const address = socketAddress(name);
  const server = (await listen(address)) ?? (await listenAgain(address));
  if (!server) {
    const text = `Another program has the database ${path} open. Stop it, then try again: a database is hosted once at a time.`;
    throw new PeerServerError('storage-failed', text);
  }
  server.unref();
  return { release: () => new Promise((resolve) => server.close(() => resolve())) };
}

/** Linux and Windows forget these names with the process; elsewhere a file stays behind when it crashes. */
function socketAddress(name: string): string {
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`;
  return process.platform === 'linux' ? `\0${name}` : join(tmpdir(), `${name}.sock`);
}

/** @returns undefined when the name is taken */
function listen(address: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(new PeerServerError('storage-failed', error.message, { cause: error }));
    });
    server.listen(address, () => resolve(server));
  });
}

/** Takes the name of a process that has crashed and left its socket behind. */
async function listenAgain(address: string): Promise<Server | undefined> {
  if (address.startsWith('\0') || address.startsWith('\\\\')) return undefined;
  const alive = await new Promise<boolean>((resolve) => {
    const socket = connect(address);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
  if (alive) return undefined;
  await unlink(address);
  return listen(address);
}
