import { useLayoutEffect, useRef } from 'preact/hooks';
import type { CellEdit, EditPlace } from './cell-edit.ts';

interface CellInputProps {
  readonly place: EditPlace;
  readonly edit: CellEdit;
}

/** The field in a cell: Enter saves, Escape gives up, leaving it saves. */
export function CellInput({ place, edit }: CellInputProps) {
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    const input = field.current;
    if (!input || place.large) return;
    input.focus();
    // A letter that was typed stays, and the next follows it; otherwise all of it is replaced.
    if (place.text === String(place.before ?? '')) input.select();
    else input.setSelectionRange(input.value.length, input.value.length);
  }, [place]);
  if (place.large) return <span class="db-null">…</span>;
  const { column, before } = place;
  return (
    <span
      class="db-cell-input"
      onFocusOut={(event) => {
        const inside = event.currentTarget.contains(event.relatedTarget as Node | null);
        const elsewhere =
          event.relatedTarget instanceof Element && event.relatedTarget.closest('.db-edit-problem');
        if (!inside && !elsewhere && field.current) void edit.saveText(field.current.value);
      }}
    >
      <input
        ref={field}
        type="text"
        aria-label={`Value of ${column.name}`}
        aria-invalid={edit.problem.value !== undefined}
        placeholder={before === null ? 'NULL' : ''}
        inputMode={
          column.affinity === 'integer' || column.affinity === 'real' ? 'decimal' : undefined
        }
        defaultValue={place.text}
        onKeyDown={(event) => {
          if (event.key === 'Enter') void edit.saveText(event.currentTarget.value);
          else if (event.key === 'Escape') edit.cancel();
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      {!column.notNull && before !== null && (
        <button
          type="button"
          class="db-null-button"
          title="Set to NULL: no value"
          aria-label="Set to NULL"
          onClick={() => void edit.save(null)}
        >
          NULL
        </button>
      )}
    </span>
  );
}
