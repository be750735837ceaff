/** The web app's entry: home page and server tab. Styles are all here, so that the build makes one file. */
import './styles/base.css';
import './styles/controls.css';
import './styles/overlays.css';
import './styles/home.css';
import './styles/introduction-picture.css';
import './styles/server.css';
import './styles/upload.css';
import './styles/files.css';
import './styles/editor.css';
import './styles/log.css';
import { render } from 'preact';
import { deploymentOf, parseAddress } from '../address/address.ts';
import { loadConfig, type StudioConfig } from './config.ts';
import { MessagePage } from './elements/message-page.tsx';
import { HomePage } from './home/home-page.tsx';
import { pageSignal } from './page-signal.ts';

/** Draws the page that the address asks for. The server tab comes by a script of its own. */
async function draw(root: HTMLElement): Promise<void> {
  const address = parseAddress(new URL(location.href), deploymentOf(location.origin));
  let config: StudioConfig;
  try {
    config = await loadConfig(location.origin, pageSignal);
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    render(<MessagePage title="PeerServer cannot start" message={message} retry />, root);
    return;
  }
  switch (address.kind) {
    case 'home':
      render(<HomePage config={config} />, root);
      return;
    case 'server': {
      const { ServerPage } = await import('./server/server-page.tsx');
      render(<ServerPage name={address.name} config={config} />, root);
      return;
    }
    case 'bad-name':
      render(<MessagePage title="Not a server name" message={address.message} />, root);
      return;
    default:
      render(
        <MessagePage title="No such page" message="There is nothing at this address." />,
        root,
      );
  }
}

const root = document.getElementById('app');
if (root) void draw(root);
