import { useState } from 'preact/hooks';
import { ConfirmDialog } from '../elements/dialog.tsx';

interface LiveBarProps {
  /** Files that are not as visitors see them. */
  readonly count: number;
  readonly onPublish: () => void;
  readonly onDiscard: () => void;
}

/** How many files differ from what visitors see, and what to do about all of them. */
export function LiveBar({ count, onPublish, onDiscard }: LiveBarProps) {
  const [asking, setAsking] = useState(false);
  const files = count === 1 ? '1 file' : `${count} files`;
  return (
    <div class={count === 0 ? 'live-bar' : 'live-bar differs'}>
      <p role="status">{count === 0 ? 'All files live' : `${files} not live`}</p>
      {count > 0 && (
        <>
          <button type="button" class="live-button" onClick={() => setAsking(true)}>
            Discard all
          </button>
          <button type="button" class="live-button" onClick={onPublish}>
            Publish all
          </button>
        </>
      )}
      {asking && (
        <ConfirmDialog
          title="Discard all changes?"
          message={`${files} will be as visitors see ${count === 1 ? 'it' : 'them'} now. Files that are not live yet go.`}
          confirmLabel="Discard all changes"
          onConfirm={() => {
            setAsking(false);
            onDiscard();
          }}
          onClose={() => setAsking(false)}
        />
      )}
    </div>
  );
}
