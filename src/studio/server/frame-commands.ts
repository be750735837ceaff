import type { Command } from '../session/commands.ts';
import { type Studio, useCommands, useStudio } from '../session/studio.ts';

/** What the frame itself offers: pages and areas. Draws nothing. */
export function FrameCommands(): null {
  const studio = useStudio();
  useCommands(() => frameCommands(studio), [studio]);
  return null;
}

function frameCommands({ openFile, areas }: Studio): readonly Command[] {
  const onSite = () => openFile.view.peek() === 'site';
  return [
    {
      id: 'go.site',
      title: 'Go to Site',
      group: 'Go to',
      keys: 'Alt-1',
      run: () => openFile.show('site'),
    },
    {
      id: 'go.database',
      title: 'Go to Database',
      group: 'Go to',
      keys: 'Alt-2',
      run: () => openFile.show('database'),
    },
    {
      id: 'go.visitors',
      title: 'Go to Visitors',
      group: 'Go to',
      keys: 'Alt-3',
      run: () => openFile.show('visitors'),
    },
    {
      id: 'areas.files',
      title: 'Show or hide files',
      group: 'Files',
      keys: 'Mod-b',
      enabled: onSite,
      run: () => areas.toggle('files'),
    },
    {
      id: 'areas.result',
      title: 'Show or hide the result',
      group: 'Result',
      enabled: onSite,
      run: () => areas.toggle('result'),
    },
    {
      id: 'areas.log',
      title: 'Show or hide the log',
      group: 'Go to',
      keys: 'Mod-j',
      run: () => areas.toggle('log'),
    },
  ];
}
