import { useEffect, useMemo } from 'preact/hooks';
import { Dialog } from '../elements/dialog.tsx';
import { ProgressLine } from './progress-line.tsx';
import type { OperationOptions } from './server-operations.ts';
import { createServerTask } from './server-task.ts';

interface ExportDialogProps {
  readonly name: string;
  readonly run: (options: OperationOptions) => Promise<void>;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** Packs a server at once, shows how it goes, and closes when the browser has the zip. */
export function ExportDialog({ name, run, onDone, onClose }: ExportDialogProps) {
  const task = useMemo(createServerTask, []);
  const start = async () => {
    const end = await task.run(run);
    if (end.kind === 'done') onDone();
  };
  useEffect(() => {
    void start();
    return () => task.cancel();
  }, [task]);

  const state = task.state.value;
  return (
    <Dialog title={`Export ${name}`} onClose={onClose}>
      <p>
        One zip with everything: its files, drafts that are not live yet, and its database. It can
        be unpacked as a folder, or dropped on the home page to make a server of it.
      </p>
      {state.kind === 'running' && (
        <ProgressLine label={`Packing ${name}.zip…`} progress={state.progress} />
      )}
      {state.kind === 'failed' && (
        <p class="notice danger" role="alert">
          {state.message}
        </p>
      )}
      <div class="button-row end">
        <button type="button" class="button" onClick={onClose}>
          Cancel
        </button>
        {state.kind === 'failed' && (
          <button type="button" class="button primary" onClick={() => void start()}>
            Try again
          </button>
        )}
      </div>
    </Dialog>
  );
}
