/** What the starters look like, for the home page: starters/previews/, 720 × 450, light and dark. */
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'puppeteer-core';
import { expect, it } from 'vitest';
import { browserPool } from '../e2e/instance/browsers.ts';
import { startInstance } from '../e2e/instance/instance.ts';
import { hostFolder } from '../e2e/instance/node-hosts.ts';
import { whenTestIsDone } from '../e2e/instance/until.ts';
import { Visitor } from '../e2e/instance/visitor.ts';
import { SitePage } from '../e2e/starters/site-page.ts';
import { emulateScheme, SCHEMES, settled } from './photograph.ts';
import { STARTER_SCENES } from './starter-scenes.ts';

const STARTERS = fileURLToPath(new URL('../starters/', import.meta.url));
const PREVIEWS = join(STARTERS, 'previews');
const WIDTH = 720;
const HEIGHT = 450;
/** The home page loads one of each starter. In bytes. */
const LARGEST = 25 * 1024;

const openBrowser = browserPool();
const starters: { id: string }[] = JSON.parse(
  await readFile(join(STARTERS, 'starters.json'), 'utf8'),
);

it.each(starters.map(({ id }) => id))('photographs %s', async (id) => {
  const scene = STARTER_SCENES[id] ?? {};
  const instance = await startInstance();
  const folder = await copyOf(id, scene.sql);
  const host = await hostFolder(instance, { name: `my-${id}`, folder });
  const visitor = await Visitor.open(await openBrowser('chromium', 'visitor'), host.address);
  const { page } = visitor.tab;
  const { width = 1080 } = scene;
  const size = { width, height: Math.round((width * HEIGHT) / WIDTH) };
  await page.setViewport({ ...size, deviceScaleFactor: WIDTH / width });

  const site = new SitePage(visitor);
  await site.until('the site', (frame) => frame.evaluate(() => location.href !== 'about:blank'));
  if (scene.path) await site.goTo(scene.path);
  await scene.act?.(site);
  await site.until('all images', (frame) =>
    frame.evaluate(() => [...document.images].every((image) => image.complete)),
  );
  // Where the keyboard is, is no part of the picture.
  await site.frame.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await page.mouse.move(0, 0);
  await mkdir(PREVIEWS, { recursive: true });
  for (const scheme of SCHEMES) {
    await emulateScheme(page, scheme);
    await settled(page);
    const file = join(PREVIEWS, scheme === 'light' ? `${id}.webp` : `${id}-dark.webp`);
    await writeFile(file, await smallPicture(page));
  }
});

/** A copy of the starter, since a host keeps its database in the folder. */
async function copyOf(id: string, sql: string | undefined): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'peerserver-starter-'));
  whenTestIsDone(() => rm(folder, { recursive: true, force: true }));
  await cp(join(STARTERS, id), folder, {
    recursive: true,
    filter: (path) => !path.endsWith('.peerserver'),
  });
  if (sql) await writeFile(join(folder, 'migrations/9999_scene.sql'), sql);
  return folder;
}

/** As good as the size allows. */
async function smallPicture(page: Page): Promise<Uint8Array> {
  for (const quality of [90, 80, 70, 60]) {
    const picture = await page.screenshot({ type: 'webp', quality });
    if (picture.length <= LARGEST) return picture;
  }
  return expect.fail(`The picture is above ${LARGEST} bytes at any quality.`);
}
