/** Every project of examples/ answers as it should, and the same in Node and in a tab. */
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Visit } from '../src/visitor/node-visitor.ts';
import type { BrowserName } from './browsers/launch.ts';
import { askAll, type ExampleAnswer } from './fixtures/ask-example.ts';
import { EXAMPLE_REQUESTS, type ExampleRequest } from './fixtures/example-requests.ts';
import { filesOfFolder } from './fixtures/reveal-package.ts';
import { openTabProject } from './fixtures/tab-project.ts';
import { browserPool } from './instance/browsers.ts';
import { type Instance, startInstance } from './instance/instance.ts';
import { hostFolder } from './instance/node-hosts.ts';
import { visitFromNode } from './instance/node-visitors.ts';
import { whenTestIsDone } from './instance/until.ts';
import { Visitor } from './instance/visitor.ts';

const EXAMPLES = fileURLToPath(new URL('../examples/', import.meta.url));
const BROWSERS: readonly BrowserName[] = ['chromium', 'firefox'];
const openBrowser = browserPool();

describe.each(Object.entries(EXAMPLE_REQUESTS))('the example %s', (name, requests) => {
  it('answers as it should in Node', async () => {
    const { visit, log } = await hostInNode(name);
    checkAnswers(await askAll(visit, requests), requests);
    expect(log().filter((line) => /error|warn/i.test(line))).toEqual([]);
  });

  it.each(BROWSERS)('answers the same in a tab of %s', async (browser) => {
    const files = await filesOf(name);
    const { visit, log } = await openTabProject(await openBrowser(browser, 'host'), files);
    const answers = await askAll(visit, requests);
    checkAnswers(answers, requests);
    expect(answers).toEqual(await askAll((await hostInNode(name)).visit, requests));
    expect((await log()).filter((line) => /error/i.test(line))).toEqual([]);
  });
});

describe('the WebSocket of the example hono-api', () => {
  it('answers in Node', async () => shouts((await hostInNode('hono-api')).visit));

  it.each(BROWSERS)('answers in a tab of %s', async (browser) => {
    const files = await filesOf('hono-api');
    const { visit } = await openTabProject(await openBrowser(browser, 'host'), files);
    await shouts(visit);
  });
});

describe('the page of the example hono-api', () => {
  it.each(BROWSERS)('shows its events and speaks by its WebSocket in %s', async (browser) => {
    const { instance } = await hostInNode('hono-api');
    const visitor = await Visitor.open(
      await openBrowser(browser, 'visitor'),
      instance.siteUrl('garden'),
    );
    await visitor.sees('Barn owl');
    await visitor.frame.$eval('#say', (field) => {
      (field as HTMLInputElement).value = 'hello';
      field.dispatchEvent(new Event('change'));
    });
    await visitor.sees('HELLO');
    expect(visitor.consoleErrors).toEqual([]);
  });
});

async function shouts({ connection }: Visit): Promise<void> {
  const answer = await connection.openSocket({ method: 'GET', target: '/api/shout', headers: [] });
  if (answer.kind !== 'open') throw new Error('The socket was refused.');
  const { socket } = answer;
  await socket.send('hello');
  expect(await socket.read()).toBe('HELLO');
  await socket.send('bye');
  expect(await socket.read()).toBeNull();
  expect(await socket.closed).toEqual({ code: 1000, reason: 'See you', wasClean: true });
}

/** A copy of the example, since a host keeps its database in the project's folder. */
async function hostInNode(
  name: string,
): Promise<{ instance: Instance; visit: Visit; log(): string[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'peerserver-example-'));
  whenTestIsDone(() => rm(folder, { recursive: true, force: true }));
  const files = await filesOfFolder(join(EXAMPLES, name));
  await Promise.all(files.map((path) => cp(join(EXAMPLES, name, path), join(folder, path))));
  const instance = await startInstance();
  const host = await hostFolder(instance, { name: 'garden', folder });
  return {
    instance,
    visit: await visitFromNode(instance, 'garden'),
    log: () => host.log().split('\n'),
  };
}

async function filesOf(name: string): Promise<Record<string, string>> {
  const folder = join(EXAMPLES, name);
  const paths = await filesOfFolder(folder);
  const files = paths.map(async (path) => [path, await readFile(join(folder, path), 'utf8')]);
  return Object.fromEntries(await Promise.all(files));
}

/** Compares what is written down of each answer. */
function checkAnswers(
  answers: readonly ExampleAnswer[],
  requests: readonly ExampleRequest[],
): void {
  requests.forEach((request, index) => {
    const { status, headers, text } = answers[index] ?? { status: 0, headers: [], text: '' };
    const about = `${request.ask}\n${headers.join('\n')}\n\n${text.slice(0, 2000)}`;
    expect(status, about).toBe(request.status);
    for (const [name, value] of Object.entries(request.fields ?? {})) {
      expect(headers, about).toContain(`${name}: ${value}`);
    }
    const { answer } = request;
    if (typeof answer === 'string') expect(text, about).toBe(answer);
    else if (answer !== undefined) expect(JSON.parse(text), about).toEqual(answer);
    for (const piece of request.shows ?? []) expect(text, about).toContain(piece);
    for (const piece of request.hides ?? []) expect(text, about).not.toContain(piece);
  });
}
