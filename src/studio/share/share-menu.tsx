import { Share2 } from 'lucide';
import { useState } from 'preact/hooks';
import { Icon } from '../elements/icon.tsx';
import { useCommands } from '../session/studio.ts';
import { ShareDialog } from './share-dialog.tsx';

/** The button that opens all ways to share the site. */
export function ShareMenu({ address }: { readonly address: string }) {
  const [open, setOpen] = useState(false);
  useCommands(
    () => [{ id: 'server.share', title: 'Share…', group: 'Server', run: () => setOpen(true) }],
    [],
  );
  return (
    <>
      <button
        type="button"
        class="button share-button"
        data-tour="share"
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        <Icon node={Share2} size={16} />
        <span>Share</span>
      </button>
      {open && <ShareDialog address={address} onClose={() => setOpen(false)} />}
    </>
  );
}
