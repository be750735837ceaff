import { Download, Pause, Play, Share } from 'lucide';
import { useEffect, useState } from 'preact/hooks';
import { Dialog } from '../elements/dialog.tsx';
import { Icon } from '../elements/icon.tsx';
import { saveFile } from '../elements/save-file.ts';
import { useStudio } from '../session/studio.ts';
import type { QrCode } from './qr-code.ts';
import { isOnlyHere } from './reach.ts';
import { ShareAddress } from './share-address.tsx';

interface ShareDialogProps {
  /** The address to share. */
  readonly address: string;
  readonly onClose: () => void;
}

/** Every way to tell others where the site is, and whether they would find it now. */
export function ShareDialog({ address, onClose }: ShareDialogProps) {
  const { session, toaster } = useStudio();
  const { name } = session;

  async function shareBySystem(): Promise<void> {
    try {
      await navigator.share({ title: name, url: address });
    } catch (thrown) {
      // Closing the system's sheet is no mistake.
      if (thrown instanceof DOMException && thrown.name === 'AbortError') return;
      toaster.show({ message: 'This system could not share the address. Copy it instead.' });
    }
  }

  return (
    <Dialog title={`Share ${name}`} onClose={onClose}>
      <div class="share">
        <ServingState />
        <QrCodeView address={address} name={name} />
        <ShareAddress address={address} label="Address" button="Copy" />
        {isOnlyHere(address) && (
          <p class="notice share-hint">
            This address works on this computer only. To let others in, run PeerServer on a machine
            that they can reach, and open the studio by that machine’s address.
          </p>
        )}
        <div class="button-row end">
          {'share' in navigator && (
            <button type="button" class="button" onClick={() => void shareBySystem()}>
              <Icon node={Share} size={16} /> Share by another app
            </button>
          )}
          <button type="button" class="button primary" onClick={onClose}>
            Done
          </button>
        </div>
      </div>
    </Dialog>
  );
}

/** Whether somebody who opens the address now finds the site. */
function ServingState() {
  const { session } = useStudio();
  const paused = session.paused.value;
  const online = session.connection.value.kind === 'online';
  const text = paused
    ? 'Paused: visitors are told to come back later.'
    : online
      ? 'Online as long as this tab is open.'
      : 'Offline: nobody new can come at the moment.';
  return (
    <div class="share-state">
      <p role="status">{text}</p>
      <button
        type="button"
        class="button small"
        onClick={() => (paused ? session.resume() : session.pause())}
      >
        <Icon node={paused ? Play : Pause} size={14} />
        {paused ? 'Resume' : 'Pause'}
      </button>
    </div>
  );
}

/** The address for phones to read. Its room is kept while the code that draws it is on its way. */
function QrCodeView({ address, name }: { readonly address: string; readonly name: string }) {
  const [drawing, setDrawing] = useState<{ code: QrCode; file: string }>();
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let wanted = true;
    import('./qr-code.ts').then(
      ({ qrCodeOf, qrCodeFile }) => {
        const code = qrCodeOf(address);
        if (wanted) setDrawing({ code, file: qrCodeFile(code) });
      },
      () => wanted && setFailed(true),
    );
    return () => {
      wanted = false;
    };
  }, [address]);
  const { size, path } = drawing?.code ?? { size: 1, path: '' };
  if (failed) {
    return (
      <p class="notice" role="status">
        The QR code could not be drawn: its code did not come from the signaling server. The address
        below is the same.
      </p>
    );
  }
  return (
    <div class="qr">
      <svg
        class="qr-code"
        viewBox={`0 0 ${size} ${size}`}
        role="img"
        aria-label={`QR code of ${address}`}
        shape-rendering="crispEdges"
      >
        <path class="qr-dark" d={path} />
      </svg>
      {/* To be read from a projector, whole; the field below is for copying. */}
      <p class="qr-address">{address}</p>
      <button
        type="button"
        class="button small"
        disabled={!drawing}
        onClick={() => {
          if (!drawing) return;
          saveFile(`${name}-qr.svg`, new Blob([drawing.file], { type: 'image/svg+xml' }));
        }}
      >
        <Icon node={Download} size={14} /> Save QR code
      </button>
    </div>
  );
}
