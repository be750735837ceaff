import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { heightOfAll, placeRows, rowsInSight, scrollToRow } from '../../elements/row-window.ts';
import { FileRow, type RowEvents } from './file-row.tsx';
import type { TreeRow } from './file-tree.ts';
import type { Selection } from './tree-selection.ts';

interface FileListProps {
  readonly rows: readonly TreeRow[];
  readonly selection: Selection;
  /** The file that the editor shows. */
  readonly openPath: string | undefined;
  /** The key of the row that what is dragged would go to. */
  readonly target: string | undefined;
  /** A row that shall be in sight; another object each time. With `focus` it gets the focus, too. */
  readonly wanted: { readonly key: string; readonly focus: boolean } | undefined;
  readonly events: RowEvents;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

/** Heights in CSS pixels, as files.css has them: for a mouse, and for fingers. */
const ROW_HEIGHT = 30;
const GROUP_HEIGHT = 38;
const HINT_HEIGHT = 42;
const TOUCH_HEIGHT = 44;
const FOR_FINGERS = '(pointer: coarse), (width < 40rem)';

/** Before its size is known: more than any screen shows. */
const FIRST_VIEW_HEIGHT = 1600;

/** The rows in sight, however many there are. */
export function FileList({ rows, selection, openPath, target, wanted, ...on }: FileListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const touch = useMatch(FOR_FINGERS);
  const [view, setView] = useState({ top: 0, height: FIRST_VIEW_HEIGHT });
  const places = useMemo(() => placeRows(rows, (row) => heightOf(row, touch)), [rows, touch]);
  /** What was wanted last and is done: rows are new with each change, and must not take the focus again. */
  const done = useRef<FileListProps['wanted']>(undefined);

  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const measure = () => {
      // Not shown just now: on a phone, or folded.
      if (element.clientHeight > 0)
        setView({ top: element.scrollTop, height: element.clientHeight });
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, []);

  useLayoutEffect(() => {
    const element = scroller.current;
    const index = rows.findIndex((row) => row.key === wanted?.key);
    if (!element || !wanted || index === -1 || done.current === wanted) return;
    const top = scrollToRow(places, index, element.scrollTop, element.clientHeight);
    if (top !== undefined && element.clientHeight > 0) {
      element.scrollTop = top;
      setView({ top, height: element.clientHeight });
    }
    const button = buttonOf(element, wanted.key);
    // Out of sight until now, it is drawn next; a list that is folded away draws nothing.
    if (wanted.focus && !button && top !== undefined && element.clientHeight > 0) return;
    if (wanted.focus) button?.focus({ preventScroll: true });
    done.current = wanted;
  }, [wanted, rows, places, view]);

  const { first, end } = rowsInSight(places, view.top, view.height);
  const current = currentRow(rows, selection, openPath);
  // Out of sight, too: without it the focus would be lost, and Tab could not come back.
  const drawn = rows.slice(first, end).map((row, offset) => ({ row, index: first + offset }));
  if (current !== -1 && (current < first || current >= end)) {
    const row = rows[current];
    if (row) drawn.splice(current < first ? 0 : drawn.length, 0, { row, index: current });
  }
  const several = selection.chosen.size > 0;

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of the buttons within come here
    <div
      ref={scroller}
      class="file-scroller"
      onScroll={({ currentTarget }) =>
        setView({ top: currentTarget.scrollTop, height: currentTarget.clientHeight })
      }
      onKeyDown={on.onKeyDown}
    >
      <ul class="file-list" style={{ height: `${heightOfAll(places)}px` }}>
        {drawn.map(({ row, index }) => (
          <li
            key={row.key}
            style={{ top: `${places.tops[index]}px`, height: `${heightOf(row, touch)}px` }}
            aria-setsize={rows.length}
            aria-posinset={index + 1}
            data-row={row.key}
            onContextMenu={(event) => on.events.onMenu(row, event)}
          >
            <FileRow
              row={row}
              current={index === current}
              open={row.key === openPath}
              chosen={several ? selection.chosen.has(row.key) : undefined}
              target={row.key === target}
              events={on.events}
            />
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Where Tab leads: where the keys were last, else the open file, else the first row. */
function currentRow(
  rows: readonly TreeRow[],
  selection: Selection,
  openPath: string | undefined,
): number {
  const find = (key: string | undefined) =>
    key === undefined ? -1 : rows.findIndex((row) => row.key === key);
  const at = find(selection.current);
  const open = at === -1 ? find(openPath) : at;
  return open === -1 ? Math.min(0, rows.length - 1) : open;
}

function heightOf(row: TreeRow, touch: boolean): number {
  if (row.kind === 'hint') return HINT_HEIGHT;
  if (touch) return TOUCH_HEIGHT;
  return row.kind === 'group' ? GROUP_HEIGHT : ROW_HEIGHT;
}

function buttonOf(list: HTMLElement, key: string): HTMLElement | null {
  return list.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
}

function useMatch(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const list = matchMedia(query);
    const follow = () => setMatches(list.matches);
    list.addEventListener('change', follow);
    return () => list.removeEventListener('change', follow);
  }, [query]);
  return matches;
}
