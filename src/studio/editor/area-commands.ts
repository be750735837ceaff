import type { Command } from '../session/commands.ts';
import type { OpenFile } from '../session/open-file.ts';
import type { SiteDrafts } from './site-drafts.ts';
import type { EditorTabs } from './tabs/tabs.ts';

export interface AreaCommandsOptions {
  readonly tabs: EditorTabs;
  readonly openFile: Pick<OpenFile, 'path' | 'view'>;
  readonly drafts: SiteDrafts;
  readonly isText: (path: string) => boolean;
  /** How many files are not as visitors see them. */
  readonly differing: () => number;
}

/** What can be done with the open files, whatever they are. */
export function areaCommands(options: AreaCommandsOptions): readonly Command[] {
  const { tabs, openFile, drafts, isText, differing } = options;
  const withOpen = (action: (path: string) => void) => () => {
    const path = openFile.path.peek();
    if (path !== undefined) action(path);
  };
  const isOpen = () => openFile.path.peek() !== undefined;
  const several = () => tabs.all.peek().length > 1;
  return [
    {
      id: 'editor.publish',
      title: 'Publish this file',
      group: 'Editor',
      keys: 'Mod-s',
      run: withOpen((path) => {
        // On the other pages nobody sees the file; the keys are taken all the same, for the browser has them, too.
        if (openFile.view.peek() === 'site') void drafts.publish(path, isText(path));
      }),
    },
    {
      id: 'editor.publishAll',
      title: 'Publish all files',
      group: 'Editor',
      keys: 'Mod-Shift-s',
      enabled: () => differing() > 0,
      run: () => void drafts.publishAll(),
    },
    {
      id: 'editor.closeTab',
      title: 'Close this tab',
      group: 'Editor',
      enabled: isOpen,
      run: withOpen(tabs.close),
    },
    {
      id: 'editor.closeOthers',
      title: 'Close other tabs',
      group: 'Editor',
      enabled: () => isOpen() && several(),
      run: withOpen(tabs.closeOthers),
    },
    {
      id: 'editor.keepTab',
      title: 'Keep this tab open',
      group: 'Editor',
      enabled: isOpen,
      run: withOpen(tabs.keep),
    },
    {
      id: 'editor.nextTab',
      title: 'Next tab',
      group: 'Editor',
      keys: 'Mod-Alt-arrowright',
      enabled: several,
      run: () => tabs.step(1),
    },
    {
      id: 'editor.previousTab',
      title: 'Previous tab',
      group: 'Editor',
      keys: 'Mod-Alt-arrowleft',
      enabled: several,
      run: () => tabs.step(-1),
    },
  ];
}
