import { useEffect, useMemo } from 'preact/hooks';
import { Dialog } from '../elements/dialog.tsx';
import { ProgressLine } from '../servers/progress-line.tsx';
import { createServerTask } from '../servers/server-task.ts';
import { useStudio } from '../session/studio.ts';

interface ImportDialogProps {
  readonly archive: File;
  readonly onClose: () => void;
}

/** Asks before a zip takes the place of everything, then shows how it goes. */
export function ImportDialog({ archive, onClose }: ImportDialogProps) {
  const { server, session, openFile, toaster } = useStudio();
  const task = useMemo(createServerTask, []);
  useEffect(() => () => task.cancel(), [task]);
  const state = task.state.value;
  const running = state.kind === 'running';
  // Everything is unpacked: what is left is to put it in place, which cannot be stopped halfway.
  const tooLate =
    running && state.progress !== undefined && state.progress.done === state.progress.total;

  async function start(): Promise<void> {
    const end = await task.run((options) => server.importArchive(archive, options));
    if (end.kind !== 'done') return;
    onClose();
    openFile.open(undefined);
    toaster.show({ message: `${archive.name} is imported and live.` });
  }

  return (
    <Dialog title={`Import ${archive.name}?`} onClose={onClose}>
      <p>
        What is in it takes the place of all files and of the database of {session.name}. This
        cannot be undone: export the server first if you may want it back.
      </p>
      {running && <ProgressLine label={`Importing ${archive.name}…`} progress={state.progress} />}
      {state.kind === 'failed' && (
        <p class="notice danger" role="alert">
          {state.message}
        </p>
      )}
      <div class="button-row end">
        <button type="button" class="button" disabled={tooLate} onClick={onClose}>
          Cancel
        </button>
        <button type="button" class="button danger" disabled={running} onClick={() => void start()}>
          Replace everything
        </button>
      </div>
    </Dialog>
  );
}
