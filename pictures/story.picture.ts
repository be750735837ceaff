/** A first visit, as the README tells it: from the home page to a change that a friend sees in another browser. */
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { it } from 'vitest';
import { browserPool } from '../e2e/instance/browsers.ts';
import { startInstance } from '../e2e/instance/instance.ts';
import { HomePage } from '../e2e/instance/studio.ts';
import { StudioLayout } from '../e2e/instance/studio-layout.ts';
import { Tab } from '../e2e/instance/tab.ts';
import { whenTestIsDone } from '../e2e/instance/until.ts';
import { Visitor } from '../e2e/instance/visitor.ts';
import { emulateScheme, settled } from './photograph.ts';

const FOLDER = fileURLToPath(new URL('../docs/pictures/', import.meta.url));
const SIZE = { width: 1200, height: 750 };

const openBrowser = browserPool();

async function picture({ page }: Tab, name: string): Promise<void> {
  await page.bringToFront();
  await page.setViewport(SIZE);
  await emulateScheme(page, 'light');
  await settled(page);
  await page.screenshot({ path: `${FOLDER}${name}.webp`, type: 'webp', quality: 85 });
}

it('photographs the way of a first visit', async () => {
  await mkdir(FOLDER, { recursive: true });
  const instance = await startInstance();
  const author = await openBrowser('chromium', 'author');
  const friend = await openBrowser('chromium', 'friend');

  const home = await HomePage.open(author, instance);
  await home.tab.page.setViewport(SIZE);
  await home.typeName('garden');
  await home.tab.shows('Free');
  await picture(home.tab, '1-name');

  await home.pressCreate();
  await home.tab.find('button', 'Empty Template');
  await home.tab.page.$eval('.gallery', (gallery) => gallery.scrollIntoView());
  await picture(home.tab, '2-start-from');

  const server = await home.chooseTemplate('Empty Template');
  const { tab } = server;
  await tab.page.setViewport(SIZE);
  await tab.click('button', 'No, thanks');
  await server.openFile('index.html');
  const layout = new StudioLayout(server);
  await layout.previewShows('Hello, world.');
  await picture(tab, '3-server');

  const address = await server.shareAddress();
  const visitor = new Visitor(await Tab.open(friend, address, whenTestIsDone));
  await visitor.sees('Hello, world.');
  await picture(visitor.tab, '4-friend');

  await tab.page.bringToFront();
  await server.replaceText('Hello, world.', 'Hello, Ben.');
  await server.pressSave();
  await server.showsSaved('Live');
  await server.showsVisitors('1 visitor');
  await layout.previewShows('Hello, Ben.');
  await picture(tab, '5-change');

  await visitor.tab.page.bringToFront();
  await visitor.reload();
  await visitor.sees('Hello, Ben.');
  await picture(visitor.tab, '6-friend-again');
});
