/** Visitors without a browser, for tests that are about hosts: they read exactly as much as they are told to. */
import { type Visit, visitSite } from '../../src/visitor/node-visitor.ts';
import type { Instance } from './instance.ts';
import { createIdentity } from './node-hosts.ts';
import { type WhenDone, whenTestIsDone } from './until.ts';

/** Somebody new at a site; the connection is closed when the test is over. */
export async function visitFromNode(
  instance: Pick<Instance, 'siteUrl'>,
  name: string,
  whenDone: WhenDone = whenTestIsDone,
): Promise<Visit> {
  const visit = await visitSite({
    url: new URL(instance.siteUrl(name)),
    identity: await createIdentity(),
    pins: {
      pinFor: () => ({ load: () => Promise.resolve(undefined), save: () => Promise.resolve() }),
    },
    signal: new AbortController().signal,
  });
  whenDone(() => visit.close());
  return visit;
}

/** What a site answers now, read to the end. */
export async function get(
  { connection }: Visit,
  target: string,
): Promise<{ status: number; bytes: Uint8Array; text: string }> {
  const { status, body } = await connection.request({ method: 'GET', target, headers: [] }, null);
  const chunks: Uint8Array[] = [];
  for (let chunk = await body?.read(); chunk; chunk = await body?.read()) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  return { status, bytes, text: bytes.toString('utf8') };
}

/** Median time of so many small requests, in ms; each must be answered with these bytes. */
export async function medianOfSmall(
  visit: Visit,
  target: string,
  content: string,
  samples: number,
): Promise<number> {
  const times: number[] = [];
  for (let sample = 0; sample < samples; sample += 1) {
    const start = performance.now();
    const { status, text } = await get(visit, target);
    times.push(performance.now() - start);
    if (status !== 200 || text !== content) throw new Error(`${target}: ${status} "${text}"`);
  }
  times.sort((a, b) => a - b);
  return times[Math.floor(samples / 2)] ?? Number.NaN;
}

/** Asks for a file, reads at least so many bytes, and never reads on; resolves with the bytes read. */
export async function stallAfter(
  { connection }: Visit,
  target: string,
  bytes: number,
): Promise<number> {
  const { body } = await connection.request({ method: 'GET', target, headers: [] }, null);
  if (!body) throw new Error('There is no body.');
  let read = 0;
  while (read < bytes) {
    const chunk = await body.read();
    if (!chunk) throw new Error('The body ended early.');
    read += chunk.length;
  }
  return read;
}
