import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PeerServerError } from '../protocol/errors.ts';

/** Port 0 means any, but IPv4 and IPv6 must get the same one, which takes a second try now and then. */
const ATTEMPTS = 5;

/**
 * Opens the servers that `host` stands for: both loopback addresses for `localhost`, since browsers and programs
 * differ in which they try, and somebody else's server on the other one would be a trap.
 * @returns the servers, which all listen on the same port
 * @throws PeerServerError bad-input with what to do when the port is taken or not allowed
 */
export async function listen(
  host: string,
  port: number,
  createServer: () => Server,
): Promise<{ servers: Server[]; port: number }> {
  if (host !== 'localhost') {
    const server = createServer();
    await open(server, host, port);
    return { servers: [server], port: portOf(server) };
  }
  for (let attempt = 1; ; attempt += 1) {
    const first = createServer();
    await open(first, '127.0.0.1', port);
    const chosen = portOf(first);
    const second = createServer();
    try {
      await open(second, '::1', chosen);
      return { servers: [first, second], port: chosen };
    } catch (error) {
      const code = codeOf(error instanceof PeerServerError ? error.cause : error);
      // A machine without IPv6 has nothing there that could be in the way.
      if (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT') {
        return { servers: [first], port: chosen };
      }
      first.close();
      if (port !== 0 || code !== 'EADDRINUSE' || attempt === ATTEMPTS) throw error;
    }
  }
}

async function open(server: Server, host: string, port: number): Promise<void> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new PeerServerError('bad-input', describe(codeOf(cause), host, port), { cause });
  }
}

function describe(code: string | undefined, host: string, port: number): string {
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} is in use by another program. Choose another with --port, e.g. --port ${port + 1}.`;
    case 'EACCES':
      return `Port ${port} may not be used by this account. Choose one above 1023 with --port.`;
    case 'ENOTFOUND':
    case 'EADDRNOTAVAIL':
      return `This machine has no address ${host}. Choose another with --host.`;
    default:
      return `The server cannot listen on ${host}, port ${port} (${code ?? 'unknown error'}).`;
  }
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
