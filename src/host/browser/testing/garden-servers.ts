import { parseSiteName, type SiteName } from '../../../address/site-name.ts';
import { emptyDatabaseFile } from '../../database/empty-database-file.ts';
import type { SiteDatabase } from '../../database/site-database.ts';
import { exportServerIn } from '../export-server.ts';
import type { OpenServer } from '../public-api.ts';
import { memoryBrowser, siteOf } from './memory-browser.ts';

export type Browser = ReturnType<typeof memoryBrowser>;

export function nameOf(text: string): SiteName {
  const parsed = parseSiteName(text);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.name;
}

export const never = () => new AbortController().signal;

/** A database with something in it, as far as a stand-in can tell. */
export function databaseWith(text: string): Uint8Array<ArrayBuffer> {
  const file = emptyDatabaseFile();
  file.set(new TextEncoder().encode(text), 1000);
  return file;
}

export async function textIn(database: Uint8Array | undefined): Promise<string> {
  return new TextDecoder().decode(database?.subarray(1000, 1020)).replaceAll('\0', '');
}

/** The database of a server that is closed. */
export async function databaseOf({ environment }: Browser, folder: string): Promise<SiteDatabase> {
  return environment.openDatabase(folder, never());
}

/** A server with live files, drafts that differ, a file removed in the draft, and a database. */
export async function browserWithGarden() {
  const browser = memoryBrowser();
  await browser.create(
    'garden',
    siteOf({ 'index.html': 'one', 'old.html': 'old', 'a b/🌻.txt': '' }),
  );
  const { server } = await browser.open('garden');
  await server.store.write('index.html', 'two');
  await server.store.write('new.html', 'new');
  await server.store.remove('old.html');
  await server.close();
  await (await databaseOf(browser, 'garden')).restore(databaseWith('roses'), never());
  return browser;
}

/** All that a server shows of its files. */
export async function filesIn({ store }: OpenServer): Promise<Record<string, string>> {
  const shown: Record<string, string> = {};
  for (const path of ['index.html', 'old.html', 'new.html', 'a b/🌻.txt']) {
    shown[path] = `live: ${await (await store.readLive(path))?.text()}`;
  }
  for (const { path, status } of store.list()) {
    shown[path] += `, ${status}: ${await store.readText(path)}`;
  }
  return shown;
}

export const GARDEN = {
  'index.html': 'live: one, changed: two',
  'old.html': 'live: old',
  'new.html': 'live: undefined, new: new',
  'a b/🌻.txt': 'live: , live: ',
};

export async function exported(browser: Browser, name: string): Promise<Blob> {
  return new Response(await exportServerIn(browser.environment, name, { signal: never() })).blob();
}

/** What a closed server has, all of it. */
export async function contentOf(browser: Browser, name: string, folder = name) {
  const { server } = await browser.open(name);
  const files = await filesIn(server);
  await server.close();
  const database = await databaseOf(browser, folder);
  return { files, database: await textIn(await database.backup(never())) };
}
