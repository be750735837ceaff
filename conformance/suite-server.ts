/** The origin server of `http-cache-tests`, in this process, with the page that runs the tests in a browser. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, extname, join, normalize } from 'node:path';
import handleConfig from 'http-cache-tests/server/handle-config.mjs';
import handleState from 'http-cache-tests/server/handle-state.mjs';
import handleTest from 'http-cache-tests/server/handle-test.mjs';

const PACKAGE = dirname(createRequire(import.meta.url).resolve('http-cache-tests/package.json'));
/** Of the page that runs all tests and keeps their results. */
export const RUNNER_PATH = '/runner.html';

const HANDLERS = new Map([
  ['config', handleConfig],
  ['state', handleState],
  ['test', handleTest],
]);

/**
 * Tests under way at once. The suite's own default of 100 makes a slow machine exceed the two seconds for
 * which some answers are fresh, and then those tests fail for lack of time.
 */
const AT_ONCE = 12;

const RUNNER = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>HTTP cache tests</title>
<p id="state">Running</p>
<script type="module">
  import { getResults, runTests } from './client/runner.mjs';
  import tests from './tests/index.mjs';
  await runTests(tests, fetch, true, '', ${AT_ONCE});
  window.suiteResults = getResults();
  document.querySelector('#state').textContent = 'Done';
</script>
</html>
`;

export interface SuiteServer {
  /** `http://localhost:41234` */
  readonly origin: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Starts the server on a free port of this machine only. */
export async function startSuiteServer(): Promise<SuiteServer> {
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://localhost:${port}`,
    port,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  const [dispatch = '', ...rest] = pathname.split('/').slice(1);
  const handler = HANDLERS.get(dispatch);
  if (handler) return handler(rest, request, response);
  await sendFile(pathname, response);
}

async function sendFile(pathname: string, response: ServerResponse): Promise<void> {
  const type = extname(pathname) === '.html' ? 'text/html; charset=utf-8' : 'text/javascript';
  response.setHeader('content-type', type);
  response.setHeader('cache-control', 'no-store');
  if (pathname === RUNNER_PATH) {
    response.end(RUNNER);
    return;
  }
  if (!/^\/(client|lib|tests)\/[\w-]+\.mjs$/.test(pathname)) {
    response.writeHead(404).end();
    return;
  }
  response.end(await readFile(join(PACKAGE, normalize(pathname))));
}
