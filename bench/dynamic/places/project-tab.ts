import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'puppeteer-core';
import { createServerTab } from '../../lab/server-tab.ts';

/** Makes a server in a browser and uploads a folder to it, as a person does. @returns the server's tab */
export async function openProjectTab(
  browser: Browser,
  appUrl: string,
  name: string,
  folder: string,
): Promise<Page> {
  const tab = await createServerTab(browser, appUrl, name);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const files = await Promise.all(
    paths.map(async (path) => ({
      path: `site${path.slice(folder.length).replaceAll('\\', '/')}`,
      text: await readFile(path, 'utf8'),
    })),
  );
  // The window that chooses a folder cannot be driven in every browser: the files are put in as it does.
  await tab.$eval(
    'input[aria-label="Folder to upload"]',
    (input, chosen) => {
      const transfer = new DataTransfer();
      for (const { path, text } of chosen) {
        const file = new File([text], path.split('/').at(-1) ?? '');
        Object.defineProperty(file, 'webkitRelativePath', { value: path });
        transfer.items.add(file);
      }
      (input as HTMLInputElement).files = transfer.files;
      input.dispatchEvent(new Event('change', { bubbles: true }));
    },
    files,
  );
  await tab.waitForSelector(`::-p-text(${files.length} files uploaded)`);
  return tab;
}
