import { type ReadonlySignal, signal } from '@preact/signals';

/** Something that can be done, as the command palette lists it. */
export interface Command {
  /** Unique, in the form `files.new`. */
  readonly id: string;
  /** As a person reads it: `New file…` (an ellipsis when a question follows). */
  readonly title: string;
  readonly group: 'Go to' | 'Files' | 'Editor' | 'Result' | 'Database' | 'Server' | 'Help';
  /**
   * Keys that run it: `Mod-p`, `Mod-Shift-f`, `F1`. `Mod` is Command on a Mac, else Control; the order is
   * Mod, Shift, Alt, key (lower case).
   */
  readonly keys?: string;
  /** False while it makes no sense; it is not listed then, and its keys do nothing. */
  readonly enabled?: () => boolean;
  readonly run: () => void;
}

/** All that can be done now; each part of the page adds what it can do while it is shown. */
export interface Commands {
  readonly all: ReadonlySignal<readonly Command[]>;
  /** Adds commands; the returned function takes them away. */
  add(commands: readonly Command[]): () => void;
}

export function createCommands(): Commands {
  const all = signal<readonly Command[]>([]);
  return {
    all,
    add(commands) {
      all.value = [...all.peek(), ...commands];
      return () => {
        all.value = all.peek().filter((command) => !commands.includes(command));
      };
    },
  };
}
