import type { Command } from '../session/commands.ts';
import type { EditorAction } from './editor-actions.ts';
import { DEFAULT_PREFERENCES, type Preferences } from './preferences.ts';

export interface TextCommandsOptions {
  readonly run: (action: EditorAction) => void;
  /** Undefined for a language that nobody puts in order. */
  readonly format: (() => void) | undefined;
  readonly showChanges: () => void;
  readonly discard: () => void;
  readonly preferences: Preferences;
}

/** What can be done with the text that is open. The keys are those that the editor itself listens to. */
export function textCommands(options: TextCommandsOptions): readonly Command[] {
  const { run, format, preferences } = options;
  const action = (id: EditorAction, title: string): Command => ({
    id: `editor.${id}`,
    title,
    group: 'Editor',
    run: () => run(id),
  });
  const { current, change } = preferences;
  const resize = (by: number) => () => change({ fontSize: current.peek().fontSize + by });
  const command = (id: string, title: string, what: () => void): Command => ({
    id: `editor.${id}`,
    title,
    group: 'Editor',
    run: what,
  });
  return [
    {
      ...command('format', 'Format', () => format?.()),
      keys: 'Shift-Alt-f',
      enabled: () => format !== undefined,
    },
    command('changes', 'Show or hide changes', options.showChanges),
    command('discard', 'Discard changes of this file', options.discard),
    action('find', 'Find and replace in this file'),
    action('goToLine', 'Go to line…'),
    { ...action('nextProblem', 'Go to next problem'), keys: 'F8' },
    { ...action('previousProblem', 'Go to previous problem'), keys: 'Shift-F8' },
    action('listProblems', 'List problems'),
    action('toggleComment', 'Turn lines into comments, or back'),
    action('foldAll', 'Fold all'),
    action('unfoldAll', 'Unfold all'),
    command('wrap', 'Wrap long lines, or not', () => change({ wrap: !current.peek().wrap })),
    command('brackets', 'Close brackets by themselves, or not', () =>
      change({ closeBrackets: !current.peek().closeBrackets }),
    ),
    command('larger', 'Larger text', resize(1)),
    command('smaller', 'Smaller text', resize(-1)),
    command('size', 'Usual size of text', () => change({ fontSize: DEFAULT_PREFERENCES.fontSize })),
  ];
}
