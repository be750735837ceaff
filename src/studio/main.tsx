/** The web app's entry: home page and server tab. Styles are all here, so that the build makes one file. */
import './styles/base.css';
import './styles/controls.css';
import './styles/overlays.css';
import './home/home.css';
import './home/gallery.css';
import './home/server-list.css';
import './home/introduction-picture.css';
import './servers/servers.css';
import './learn/learn.css';
import './learn/markdown/article.css';
import './learn/tour/tour.css';
import './server/server.css';
import './server/header.css';
import './files/upload/upload.css';
import './files/files.css';
import './files/previews/previews.css';
import './files/search/search.css';
import './editor/editor.css';
import './editor/editor-foot.css';
import './database/database.css';
import './database/grid/grid.css';
import './database/query/query.css';
import './database/schema/schema.css';
import './database/transfer/transfer.css';
import './log/log.css';
import './log/log-list.css';
import './log/log-details.css';
import './visitors/visitors.css';
import './palette/palette.css';
import './result/result.css';
import './share/share.css';
import { type ComponentChild, render } from 'preact';
import { type Address, deploymentOf, parseAddress } from '../address/address.ts';
import { loadConfig, type StudioConfig } from './config.ts';
import { MessagePage } from './elements/message-page.tsx';
import { HomePage } from './home/home-page.tsx';
import { pageSignal } from './page-signal.ts';

/** Draws the page that the address asks for. The server tab comes by a script of its own. */
async function draw(root: HTMLElement): Promise<void> {
  const address = parseAddress(new URL(location.href), deploymentOf(location.origin));
  let page: ComponentChild;
  try {
    page = await pageOf(address, await loadConfig(location.origin, pageSignal));
  } catch (thrown) {
    // The config is not to be had, or a script that the page needs.
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    page = <MessagePage title="PeerServer cannot start" message={message} retry />;
  }
  render(page, root);
}

async function pageOf(address: Address, config: StudioConfig): Promise<ComponentChild> {
  switch (address.kind) {
    case 'home':
      return <HomePage config={config} />;
    case 'server': {
      const { ServerPage } = await import('./server/server-page.tsx');
      return <ServerPage name={address.name} config={config} />;
    }
    case 'learn': {
      const { LearnPage } = await import('./learn/learn-page.tsx');
      return <LearnPage page={address.page} version={config.version} />;
    }
    case 'bad-name':
      return <MessagePage title="Not a server name" message={address.message} />;
    default:
      return <MessagePage title="No such page" message="There is nothing at this address." />;
  }
}

const root = document.getElementById('app');
if (root) void draw(root);
