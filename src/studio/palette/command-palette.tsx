import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Command } from '../session/commands.ts';
import { useCommands, useStudio } from '../session/studio.ts';
import { ChoiceDialog } from './choice-dialog.tsx';
import { chooseCommands, chooseFiles } from './choices.ts';
import { isMac } from './keys.ts';
import { noteRecent, readRecent } from './recent-commands.ts';
import { runByKeys } from './run-by-keys.ts';
import { ShortcutsDialog } from './shortcuts-dialog.tsx';

type Open = 'commands' | 'files' | 'shortcuts';

/** What can be done, by keys: commands, files, and the list of keys. Draws nothing until it is asked for. */
export function CommandPalette() {
  const { commands, session, openFile } = useStudio();
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  useCommands(() => paletteCommands(setOpen), []);
  useEffect(() => {
    const ending = new AbortController();
    runByKeys(() => commands.all.peek(), isMac, ending.signal);
    return () => ending.abort();
  }, [commands]);
  const findCommands = useMemo(() => {
    const recent = readRecent(localStorage);
    // F1 is another key of the palette itself, in which it would be listed twice.
    const listed = commands.all.peek().filter(({ id }) => !id.startsWith('palette.commands'));
    return (query: string) => chooseCommands(listed, query, recent);
    // Anew each time it is opened.
  }, [commands, open]);
  const findFiles = useMemo(() => {
    const files = session.files.peek();
    return (query: string) => chooseFiles(files, query, (path, line) => openFile.open(path, line));
  }, [session, openFile, open]);

  switch (open) {
    case 'commands':
      return (
        <ChoiceDialog
          // One that opens the other is not that other.
          key="commands"
          label="Command"
          placeholder="What do you want to do?"
          empty="No command matches."
          choices={findCommands}
          onChosen={({ id, run }) => {
            noteRecent(localStorage, id);
            run();
          }}
          onClose={close}
        />
      );
    case 'files':
      return (
        <ChoiceDialog
          key="files"
          label="File"
          placeholder="Which file? name:12 opens line 12"
          empty="No file matches."
          choices={findFiles}
          onChosen={({ run }) => run()}
          onClose={close}
        />
      );
    case 'shortcuts':
      return <ShortcutsDialog commands={commands.all.value} onClose={close} />;
    default:
      return null;
  }
}

function paletteCommands(open: (what: Open) => void): readonly Command[] {
  return [
    {
      id: 'palette.commands',
      title: 'Command palette',
      group: 'Help',
      keys: 'Mod-k',
      run: () => open('commands'),
    },
    {
      id: 'palette.commands-f1',
      title: 'Command palette',
      group: 'Help',
      keys: 'F1',
      run: () => open('commands'),
    },
    {
      id: 'palette.files',
      title: 'Open file…',
      group: 'Go to',
      keys: 'Mod-p',
      run: () => open('files'),
    },
    {
      id: 'palette.shortcuts',
      title: 'Keyboard shortcuts',
      group: 'Help',
      keys: '?',
      run: () => open('shortcuts'),
    },
  ];
}
