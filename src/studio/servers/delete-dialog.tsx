import { useEffect, useMemo, useRef } from 'preact/hooks';
import { Dialog } from '../elements/dialog.tsx';
import { useFocusAfter } from '../elements/keep-focus.ts';
import { ProgressLine } from './progress-line.tsx';
import type { OperationOptions } from './server-operations.ts';
import { createServerTask } from './server-task.ts';

interface DeleteDialogProps {
  readonly name: string;
  /** What the server holds, if that is known. */
  readonly contents: string | undefined;
  readonly run: (options: OperationOptions) => Promise<void>;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** Asks before a server is deleted, and does it; closed in time, nothing is deleted. */
export function DeleteDialog({ name, contents, run, onDone, onClose }: DeleteDialogProps) {
  const task = useMemo(createServerTask, []);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => () => task.cancel(), [task]);

  async function confirm(): Promise<void> {
    const end = await task.run(run);
    if (end.kind === 'done') onDone();
  }

  const state = task.state.value;
  const running = state.kind === 'running';
  useFocusAfter(running, button);
  return (
    <Dialog title={`Delete ${name}?`} onClose={onClose}>
      <p>
        {contents ? `Its ${contents}` : 'Its files and its database'} and the key that proves the
        name is yours are removed from this browser. This cannot be undone. To keep a copy, export
        it first.
      </p>
      {running && <ProgressLine label={`Deleting ${name}…`} progress={state.progress} />}
      {state.kind === 'failed' && (
        <p class="notice danger" role="alert">
          {state.message}
        </p>
      )}
      <div class="button-row end">
        <button type="button" class="button" onClick={onClose}>
          Cancel
        </button>
        <button
          ref={button}
          type="button"
          class="button danger"
          disabled={running}
          onClick={() => void confirm()}
        >
          Delete server
        </button>
      </div>
    </Dialog>
  );
}
