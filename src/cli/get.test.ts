import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PeerServerError } from '../protocol/errors.ts';
import type {
  BodyReader,
  HeaderList,
  ReceivedBody,
  RequestHead,
  VisitorResponse,
} from '../protocol/http-message.ts';
import { HostKeyChangedError } from '../visitor/connect-site.ts';
import { type GetOptions, get, type VisitSite } from './get.ts';
import { type TestTerminal, testTerminal } from './testing/test-terminal.ts';

const SITE = new URL('http://localhost:8890/connect/garden/page?a=b');

/** A body of the given pieces; an error in their place is where it breaks off. */
function bodyOf(pieces: readonly (string | Error)[]): ReceivedBody & { cancelled: boolean } {
  const rest = [...pieces];
  return {
    cancelled: false,
    async read() {
      const piece = rest.shift();
      if (piece instanceof Error) throw piece;
      return piece === undefined ? null : new TextEncoder().encode(piece);
    },
    cancel() {
      this.cancelled = true;
    },
    takeComplete: () => undefined,
  };
}

interface Asked {
  head?: RequestHead;
  body?: string;
  closed: boolean;
}

function siteThatAnswers(
  status: number,
  headers: HeaderList,
  pieces: readonly (string | Error)[] | null,
): { visit: VisitSite; asked: Asked; response: VisitorResponse } {
  const asked: Asked = { closed: false };
  const response = { status, headers, body: pieces && bodyOf(pieces) };
  const visit: VisitSite = async ({ url }) => ({
    target: url.pathname.replace('/connect/garden', '') + url.search,
    connection: {
      async request(head: RequestHead, body: BodyReader | null) {
        asked.head = head;
        const bytes = await body?.read();
        if (bytes) asked.body = new TextDecoder().decode(bytes);
        return response;
      },
    },
    close() {
      asked.closed = true;
    },
  });
  return { visit, asked, response };
}

describe('peerserver get', () => {
  let folder: string;
  let terminal: TestTerminal;
  let options: GetOptions;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'peerserver-get-'));
    terminal = testTerminal();
    options = { knownHosts: join(folder, 'known-hosts.json') };
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('prints the body, says nothing else, and succeeds', async () => {
    const { visit, asked } = siteThatAnswers(200, [], ['Hello, ', 'world.']);
    expect(await get(SITE, options, terminal, visit)).toBe(0);
    expect(terminal.output()).toBe('Hello, world.');
    expect(terminal.errors()).toBe('');
    expect(asked.head).toMatchObject({ method: 'GET', target: '/page?a=b' });
    expect(asked.closed).toBe(true);
  });

  it('prints status line and headers with --include', async () => {
    const { visit } = siteThatAnswers(404, [['content-type', 'text/plain']], ['gone']);
    expect(await get(SITE, { ...options, include: true }, terminal, visit)).toBe(0);
    expect(terminal.output()).toBe(
      'HTTP/1.1 404 Not Found\r\ncontent-type: text/plain\r\n\r\ngone',
    );
  });

  it('exits with 22, prints no body and cancels it with --fail and a status of 400 or more', async () => {
    const { visit, response } = siteThatAnswers(404, [], ['gone']);
    expect(await get(SITE, { ...options, fail: true }, terminal, visit)).toBe(22);
    expect(terminal.output()).toBe('');
    expect(terminal.errors()).toBe('peerserver: The host answered 404 Not Found.\n');
    expect(response.body).toMatchObject({ cancelled: true });
  });

  it('succeeds with --fail and a redirect, which it does not follow', async () => {
    const { visit } = siteThatAnswers(302, [['location', '/x']], null);
    expect(await get(SITE, { ...options, fail: true }, terminal, visit)).toBe(0);
  });

  it('posts data as curl does', async () => {
    const { visit, asked } = siteThatAnswers(204, [], null);
    await get(SITE, { ...options, data: 'a=1' }, terminal, visit);
    expect(asked.head?.method).toBe('POST');
    expect(asked.head?.headers).toContainEqual([
      'content-type',
      'application/x-www-form-urlencoded',
    ]);
    expect(asked.body).toBe('a=1');
  });

  it('lets headers and method of the command line win', async () => {
    const { visit, asked } = siteThatAnswers(204, [], null);
    const header = [['accept', 'text/css']] as const;
    await get(SITE, { ...options, request: 'PUT', data: 'x', header }, terminal, visit);
    expect(asked.head?.method).toBe('PUT');
    expect(asked.head?.headers.filter(([name]) => name === 'accept')).toEqual([
      ['accept', 'text/css'],
    ]);
  });

  it('exits with 18 and one line when the answer is cut short', async () => {
    const lost = new PeerServerError('connection-lost', 'The host went away.');
    const { visit, asked } = siteThatAnswers(200, [], ['half', lost]);
    expect(await get(SITE, options, terminal, visit)).toBe(18);
    expect(terminal.errors()).toBe('peerserver: The answer was cut short: The host went away.\n');
    expect(asked.closed).toBe(true);
  });

  it('writes a file with --output', async () => {
    const output = join(folder, 'page.html');
    const { visit } = siteThatAnswers(200, [], ['a', 'b']);
    expect(await get(SITE, { ...options, output }, terminal, visit)).toBe(0);
    expect(await readFile(output, 'utf8')).toBe('ab');
    expect(terminal.output()).toBe('');
  });

  it('leaves neither a part nor a changed file behind when the answer is cut short', async () => {
    const output = join(folder, 'page.html');
    await writeFile(output, 'of last time');
    const lost = new PeerServerError('connection-lost', 'The host went away.');
    const { visit } = siteThatAnswers(200, [], ['half', lost]);
    expect(await get(SITE, { ...options, output }, terminal, visit)).toBe(18);
    expect(await readdir(folder)).toEqual(['page.html']);
    expect(await readFile(output, 'utf8')).toBe('of last time');
  });

  it('says when the file cannot be written', async () => {
    const output = join(folder, 'missing', 'page.html');
    const { visit, response } = siteThatAnswers(200, [], ['a']);
    expect(await get(SITE, { ...options, output }, terminal, visit)).toBe(1);
    expect(terminal.errors()).toMatch(/^peerserver: The file cannot be written: .*\n$/);
    expect(response.body).toMatchObject({ cancelled: true });
  });

  it('stops without a word when the reader of its output has gone', async () => {
    const { visit, response } = siteThatAnswers(200, [], ['a', 'b']);
    const stdout = new Writable({
      write(_chunk, _encoding, done) {
        done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
      },
    });
    stdout.on('error', () => {});
    expect(await get(SITE, options, { ...terminal, stdout }, visit)).toBe(23);
    expect(terminal.errors()).toBe('');
    expect(response.body).toMatchObject({ cancelled: true });
  });

  it('asks for no more of the body than its output takes', async () => {
    let pieces = 0;
    const response: VisitorResponse = {
      status: 200,
      headers: [],
      body: {
        async read() {
          pieces += 1;
          return pieces > 3 ? null : new Uint8Array(1);
        },
        cancel() {},
        takeComplete: () => undefined,
      },
    };
    const taken: number[] = [];
    const stdout = new Writable({
      write(_chunk, _encoding, done) {
        taken.push(pieces);
        queueMicrotask(done);
      },
    });
    const visit: VisitSite = async () => ({
      target: '/',
      connection: { request: async () => response },
      close() {},
    });
    expect(await get(SITE, options, { ...terminal, stdout }, visit)).toBe(0);
    expect(taken).toEqual([1, 2, 3]);
  });

  it('says in one line why a site cannot be visited', async () => {
    const visit: VisitSite = async () => {
      throw new PeerServerError('no-such-site', 'There is no site of this name.');
    };
    expect(await get(SITE, options, terminal, visit)).toBe(1);
    expect(terminal.errors()).toBe('peerserver: There is no site of this name.\n');
  });

  it('says what to do about a changed key', async () => {
    const visit: VisitSite = async () => {
      throw new HostKeyChangedError('old', 'new');
    };
    expect(await get(SITE, options, terminal, visit)).toBe(1);
    expect(terminal.errors()).toContain(`remove the site's line from ${options.knownHosts}`);
  });

  it('gives up after --timeout', async () => {
    const visit: VisitSite = ({ signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    expect(await get(SITE, { ...options, timeout: 5 }, terminal, visit)).toBe(28);
    expect(terminal.errors()).toContain('within 0.005 s');
  });

  it('ends without a word when interrupted', async () => {
    const visit: VisitSite = async ({ signal }) => {
      terminal.interrupt();
      return signal.throwIfAborted() as never;
    };
    expect(await get(SITE, options, terminal, visit)).toBe(130);
    expect(terminal.errors()).toBe('');
  });
});
