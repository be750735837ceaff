import { useEffect, useRef, useState } from 'preact/hooks';
import { systemClock } from '../../../protocol/clock.ts';
import type { Table } from '../schema/schema.ts';
import { type Filter, shownColumns } from './row-window.ts';

/** After the last key pressed, milliseconds: a large table is not searched for every letter. */
const TYPING_MS = 250;

/** A pattern of LIKE has 100 bytes at most in the database. */
const MAX_TEXT = 40;

const KINDS: readonly { readonly kind: Filter['kind']; readonly title: string }[] = [
  { kind: 'contains', title: 'contains' },
  { kind: 'equals', title: 'is' },
  { kind: 'greater', title: 'is greater than' },
  { kind: 'less', title: 'is less than' },
  { kind: 'null', title: 'is NULL' },
  { kind: 'not-null', title: 'is not NULL' },
];

interface FilterBarProps {
  readonly table: Table;
  readonly onFilter: (filter: Filter | undefined) => void;
}

/** Narrows the rows down by one condition. */
export function FilterBar({ table, onFilter }: FilterBarProps) {
  const [column, setColumn] = useState('');
  const [kind, setKind] = useState<Filter['kind']>('contains');
  const [text, setText] = useState('');
  const first = useRef(true);
  const takesText = kind !== 'null' && kind !== 'not-null';

  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    const wanted = takesText && text === '' ? undefined : { column: chosen(column), kind, text };
    return systemClock.schedule(TYPING_MS, () => onFilter(wanted));
  }, [column, kind, text]);

  return (
    <search class="db-filter">
      <select
        class="text-field"
        aria-label="Column to filter by"
        value={column}
        onChange={(event) => setColumn(event.currentTarget.value)}
      >
        <option value="">Any column</option>
        {shownColumns(table).map(({ name }) => (
          <option key={name} value={`=${name}`}>
            {name}
          </option>
        ))}
      </select>
      <select
        class="text-field"
        aria-label="Condition"
        value={kind}
        onChange={(event) => {
          const found = KINDS.find((one) => one.kind === event.currentTarget.value);
          if (found) setKind(found.kind);
        }}
      >
        {KINDS.map((one) => (
          <option key={one.kind} value={one.kind}>
            {one.title}
          </option>
        ))}
      </select>
      {takesText && (
        <input
          class="text-field"
          type="search"
          aria-label="Filter"
          placeholder="Filter"
          maxLength={MAX_TEXT}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      )}
    </search>
  );
}

/** A column may be called anything, the empty text among them: its option begins with a sign. */
function chosen(value: string): string | undefined {
  return value === '' ? undefined : value.slice(1);
}
