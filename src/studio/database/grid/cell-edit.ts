import { type ReadonlySignal, signal } from '@preact/signals';
import type { SqlValue } from '../../host.ts';
import { failureText } from '../database-connection.ts';
import type { Column } from '../schema/schema.ts';
import { editText, parseTyped, shortened } from './cell.ts';
import type { GridRow } from './row-window.ts';
import type { TableView } from './table-view.ts';

/** The value that is being edited. */
export interface EditPlace {
  readonly row: GridRow;
  readonly column: Column;
  /** What it was when the edit began. */
  readonly before: SqlValue;
  /** What the field begins with. */
  readonly text: string;
  /** In a dialog: long texts, blobs, and what somebody wants to see whole. */
  readonly large: boolean;
}

/** What stands in the way of saving. */
export type EditProblem =
  | { readonly kind: 'wrong'; readonly message: string }
  /** Somebody else has changed it meanwhile; `value` is what was to be saved. */
  | { readonly kind: 'conflict'; readonly message: string; readonly value: SqlValue };

/** Editing one value at a time. */
export interface CellEdit {
  readonly place: ReadonlySignal<EditPlace | undefined>;
  readonly problem: ReadonlySignal<EditProblem | undefined>;
  readonly saving: ReadonlySignal<boolean>;
  /**
   * Begins, once the whole value is there.
   * @param typed replaces the value
   * @param large in a dialog, whatever it is
   */
  start(row: GridRow, column: Column, typed?: string, large?: boolean): Promise<void>;
  /** Saves what was typed. @returns whether the edit is over */
  saveText(text: string): Promise<boolean>;
  save(value: SqlValue): Promise<boolean>;
  /** Saves over what somebody else has saved. */
  overwrite(): Promise<boolean>;
  /** Ends the edit, if there is one, without saving; what was said goes. */
  cancel(): void;
  /** Calls when an edit is over; the returned function ends it. */
  onClose(listener: () => void): () => void;
}

/** A text with more lines or characters than a cell can show is edited in a dialog. */
const MAX_INLINE_LENGTH = 400;

export function createCellEdit(view: TableView): CellEdit {
  const place = signal<EditPlace | undefined>(undefined);
  const problem = signal<EditProblem | undefined>(undefined);
  const saving = signal(false);
  const listeners = new Set<() => void>();
  let release = (): void => {};
  let starting = false;

  function close(): void {
    problem.value = undefined;
    if (!place.peek()) return;
    place.value = undefined;
    release();
    for (const listener of listeners) listener();
  }

  function tell(message: string): void {
    problem.value = { kind: 'wrong', message };
  }

  async function write(value: SqlValue, anyway: boolean): Promise<boolean> {
    const now = place.peek();
    if (!now || saving.peek()) return false;
    if (!anyway && sameValue(value, now.before)) {
      close();
      return true;
    }
    saving.value = true;
    const outcome = await view.update(
      now.row,
      { column: now.column.name, value },
      anyway ? undefined : now.before,
    );
    saving.value = false;
    switch (outcome.kind) {
      case 'done':
        close();
        await view.load();
        return true;
      case 'gone':
        tell('This row has been deleted meanwhile.');
        return false;
      case 'conflict':
        problem.value = {
          kind: 'conflict',
          message: `Somebody has changed this meanwhile: it is now ${describe(outcome.now)}.`,
          value,
        };
        return false;
      case 'failed':
        tell(outcome.message);
        return false;
    }
  }

  return {
    place,
    problem,
    saving,
    async start(row, column, typed, large = false) {
      const { key } = view.table.peek();
      if (place.peek() || starting) return;
      problem.value = undefined;
      if (!large && key.kind === 'none') return tell(key.reason);
      if (!large && column.generated) return tell(`${column.name} is computed by the table.`);
      // What is typed next belongs to the field: rows stay where they are from now on.
      const held = view.hold();
      const begin = (before: SqlValue): void => {
        const text = editText(before) ?? '';
        const inDialog =
          large ||
          before instanceof Uint8Array ||
          text.length > MAX_INLINE_LENGTH ||
          // A field of one line drops what ends a line.
          /[\r\n]/.test(text);
        release = held;
        place.value = { row, column, before, text: typed ?? text, large: inDialog };
      };
      const index = view.table.peek().columns.indexOf(column);
      const cell = row.cells[index];
      // At once, so that no key is lost between the first and the field; and what is compared later is what
      // the person saw.
      if (cell?.kind === 'value') return begin(cell.value);
      if (key.kind === 'none') {
        held();
        return tell('This row cannot be found again alone: a query shows the whole value.');
      }
      starting = true;
      try {
        const before = await view.value(row, column.name);
        if (before === undefined) {
          held();
          tell('This row has been deleted meanwhile.');
          return;
        }
        begin(before);
      } catch (thrown) {
        held();
        tell(failureText(thrown));
      } finally {
        starting = false;
      }
    },
    async saveText(text) {
      const now = place.peek();
      if (!now) return true;
      if (isUntouched(text, now)) {
        close();
        return true;
      }
      const typed = parseTyped(text, now.column, now.before);
      if (typed.ok) return write(typed.value, false);
      tell(typed.problem);
      return false;
    },
    save: (value) => write(value, false),
    async overwrite() {
      const { value: stuck } = problem;
      return stuck?.kind === 'conflict' ? write(stuck.value, true) : false;
    },
    cancel: close,
    onClose(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/**
 * True when the text says what was there: then it stays of its kind, too. SQLite keeps an empty text in a
 * column of numbers, a large number in one without a type.
 */
function isUntouched(text: string, { before, text: begun }: EditPlace): boolean {
  // NULL looks like an empty text: only who typed something and took it away means the text.
  if (before === null) return text === '' && begun === '';
  return text === editText(before);
}

function describe(value: SqlValue): string {
  if (value === null) return 'NULL';
  if (value instanceof Uint8Array) return 'another blob';
  return typeof value === 'string' ? `“${shortened(value)}”` : String(value);
}

function sameValue(a: SqlValue, b: SqlValue): boolean {
  return typeof a === typeof b && a === b;
}
