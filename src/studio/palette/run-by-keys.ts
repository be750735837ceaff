import type { Command } from '../session/commands.ts';
import { type KeyPress, matchesKeys, parseKeys, writesText } from './keys.ts';

/**
 * The command that a key press means.
 * @param commands as they were added: of two with the same keys, the one added last is meant
 * @param writing whether the press goes to where text is written
 */
export function commandOf(
  commands: readonly Command[],
  press: KeyPress,
  { writing, mac }: { readonly writing: boolean; readonly mac: boolean },
): Command | undefined {
  return commands.findLast((command) => {
    if (command.keys === undefined) return false;
    const keys = parseKeys(command.keys);
    if (writing && writesText(keys)) return false;
    return matchesKeys(keys, press, mac) && (command.enabled?.() ?? true);
  });
}

/**
 * Runs commands by their keys.
 * @param commands gives all there are
 * @param signal ends it
 */
export function runByKeys(
  commands: () => readonly Command[],
  mac: boolean,
  signal: AbortSignal,
): void {
  document.addEventListener(
    'keydown',
    (event) => {
      if (event.isComposing || event.defaultPrevented) return;
      const writing = isWriting(event.composedPath()[0]);
      const command = commandOf(commands(), event, { writing, mac });
      if (!command) return;
      // Also where nothing is done: Ctrl-S must never save the studio's page, Ctrl-P never print it.
      event.preventDefault();
      event.stopPropagation();
      const isCovered = document.querySelector('dialog:modal') !== null;
      if (!isCovered && !event.repeat) command.run();
    },
    // Before the editor, which has other ideas of some of these keys.
    { capture: true, signal },
  );
}

function isWriting(target: EventTarget | undefined): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches('input, textarea, select');
}
