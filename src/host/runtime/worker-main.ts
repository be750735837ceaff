/**
 * The program of a sandbox in a browser: a classic worker from a data: URL, in a frame of an opaque origin.
 * Waits for its StartMessage.
 */
import { acceptPortConnection, openPortConnection } from '../sandbox/port-connection.ts';
import { connectD1 } from './d1.ts';
import type { StartMessage } from './messages.ts';
import { createSqlTag } from './sql-tag.ts';
import { startRuntime } from './start.ts';

addEventListener('message', (event: MessageEvent<StartMessage>) => void start(event.data), {
  once: true,
});

async function start({ code, settings, ports }: StartMessage): Promise<void> {
  const db = connectD1(ports.database, settings.integers);
  const unhandled: unknown[] = [];
  let report = (thrown: unknown): void => void unhandled.push(thrown);
  addEventListener('unhandledrejection', (event) => {
    event.preventDefault();
    report(event.reason);
  });
  addEventListener('error', (event) => {
    event.preventDefault();
    report(event.error ?? new Error(event.message));
  });
  const runtime = await startRuntime({
    code,
    settings,
    post: (message) => ports.control.postMessage(message),
    importModule: importBlob,
    acceptRequests: (handler) =>
      acceptPortConnection(ports.requests, { handler, connectionId: 'host' }),
    openAssets: async () => (await openPortConnection(ports.assets)).connection,
    db,
    sql: createSqlTag(db),
    scope: globalThis,
    nativeFetch: fetch.bind(globalThis),
    // The frame's policy checks each address of a chain of redirects.
    followsRedirects: false,
  });
  report = runtime.reportUnhandled;
  for (const thrown of unhandled) report(thrown);
}

async function importBlob(code: string) {
  const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
  try {
    const exports: unknown = await import(url);
    return { exports, url };
  } finally {
    URL.revokeObjectURL(url);
  }
}
