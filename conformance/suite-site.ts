/** Where a suite's site runs: in Node, or in a tab. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { BrowserName } from '../e2e/browsers/launch.ts';
import { filesOfFolder } from '../e2e/fixtures/reveal-package.ts';
import { openTabProject } from '../e2e/fixtures/tab-project.ts';
import type { OpenBrowser } from '../e2e/instance/browsers.ts';
import { type Instance, startInstance } from '../e2e/instance/instance.ts';
import { hostFolder, temporarySite } from '../e2e/instance/node-hosts.ts';
import { visitFromNode } from '../e2e/instance/node-visitors.ts';
import { bodyOfBytes } from '../src/protocol/body-streams.ts';
import type { Visit } from '../src/visitor/node-visitor.ts';

/** `node`: `peerserver host` in a process of its own. */
export type SiteHost = 'node' | BrowserName;

export interface SuiteSite {
  readonly instance: Instance;
  /** Of what serves it. */
  readonly version: string;
  /** What a request is answered with. @param body is sent as JSON @throws Error when the status is not 200 */
  ask(target: string, body?: object): Promise<unknown>;
}

/** Serves these files as the site `garden` until the test is over. */
export async function openSuiteSite(
  host: SiteHost,
  files: Readonly<Record<string, string>>,
  openBrowser: OpenBrowser,
): Promise<SuiteSite> {
  if (host !== 'node') {
    const launched = await openBrowser(host, 'host');
    const { instance, visit } = await openTabProject(launched, files);
    const version = await launched.browser.version();
    return { instance, version, ask: (...asked) => askJson(visit, ...asked) };
  }
  const instance = await startInstance();
  await hostFolder(instance, { name: 'garden', folder: await temporarySite({ ...files }) });
  const visit = await visitFromNode(instance, 'garden');
  return {
    instance,
    version: `Node ${process.version}`,
    ask: (...asked) => askJson(visit, ...asked),
  };
}

/** Files of a folder beside a suite's report, by path. @param folder relative to conformance/ */
export async function projectFiles(folder: string): Promise<Record<string, string>> {
  const root = new URL(`${folder}/`, import.meta.url);
  const paths = await filesOfFolder(fileURLToPath(root));
  const files = paths.map(async (path) => [path, await readFile(new URL(path, root), 'utf8')]);
  return Object.fromEntries(await Promise.all(files));
}

async function askJson({ connection }: Visit, target: string, body?: object): Promise<unknown> {
  const bytes = body && new TextEncoder().encode(JSON.stringify(body));
  const answer = await connection.request(
    {
      method: bytes ? 'POST' : 'GET',
      target,
      headers: bytes ? [['content-type', 'application/json']] : [],
    },
    bytes ? bodyOfBytes(bytes) : null,
  );
  const chunks: Uint8Array[] = [];
  for (let chunk = await answer.body?.read(); chunk; chunk = await answer.body?.read()) {
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  if (answer.status !== 200) throw new Error(`${target}: ${answer.status} ${text.slice(0, 2000)}`);
  return JSON.parse(text);
}
