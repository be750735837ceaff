import { ArrowUp } from 'lucide';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Icon } from '../elements/icon.tsx';
import { heightOfAll, scrollToRow } from '../elements/row-window.ts';
import type { LogEntry } from './log-entry.ts';
import {
  type Anchor,
  anchorAt,
  entriesInSight,
  indexOfEntry,
  placeEntries,
  type RowSizes,
  scrollTopOf,
} from './log-position.ts';
import { LogRow, type OnOpenPlace } from './log-row.tsx';

interface LogListProps {
  /** Newest first. */
  readonly entries: readonly LogEntry[];
  readonly sizes: RowSizes;
  /** Id of the entry whose details are shown. */
  readonly selected: number | undefined;
  readonly onSelect: (id: number | undefined) => void;
  readonly onOpenPlace: OnOpenPlace;
}

/**
 * The entries as a table, of which only what is in sight is drawn. It shows what is newest while it is scrolled to
 * its top and nothing in it has the focus; else it holds still under the reader's eyes.
 */
export function LogList({ entries, sizes, selected, onSelect, onOpenPlace }: LogListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const anchor = useRef<Anchor | undefined>(undefined);
  /** To be focused once it is drawn. */
  const wanted = useRef<number | undefined>(undefined);
  const [scrollTop, setScrollTop] = useState(0);
  const [viewHeight, setViewHeight] = useState(0);
  const [active, setActive] = useState<number | undefined>(undefined);

  const places = useMemo(() => placeEntries(entries, sizes), [entries, sizes]);
  const top = anchor.current ? scrollTopOf(entries, places, anchor.current) : 0;
  const { first, end } = entriesInSight(places, top, viewHeight);
  const drawn = entries.slice(first, end);
  const tabStop = drawn.some(({ id }) => id === active)
    ? active
    : entries[indexOfEntry(entries, anchor.current?.id ?? Number.POSITIVE_INFINITY)]?.id;

  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setViewHeight(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    if (Math.abs(element.scrollTop - top) >= 1) element.scrollTop = top;
    if (wanted.current === undefined) return;
    const button = element.querySelector<HTMLElement>(`[data-entry="${wanted.current}"]`);
    wanted.current = undefined;
    button?.focus({ preventScroll: true });
  });

  function hold(element: HTMLElement): void {
    const free = element.scrollTop <= 0 && !element.contains(document.activeElement);
    anchor.current = free ? undefined : anchorAt(entries, places, element.scrollTop);
    setScrollTop(element.scrollTop);
  }

  function goTo(index: number): void {
    const entry = entries[Math.min(entries.length - 1, Math.max(0, index))];
    const element = scroller.current;
    if (!entry || !element) return;
    const at = indexOfEntry(entries, entry.id);
    const next = scrollToRow(places, at, element.scrollTop, viewHeight - sizes.row);
    anchor.current = anchorAt(entries, places, next ?? element.scrollTop);
    const button = element.querySelector<HTMLElement>(`[data-entry="${entry.id}"]`);
    // Once more the same row, at the list's end, is not drawn anew.
    if (button && next === undefined) button.focus({ preventScroll: true });
    else wanted.current = entry.id;
    if (next !== undefined) setScrollTop(next);
    setActive(entry.id);
    if (selected !== undefined) onSelect(entry.id);
  }

  function moveBy(event: KeyboardEvent): void {
    const now = indexOfEntry(entries, active ?? tabStop ?? 0);
    const page = Math.max(1, Math.floor(viewHeight / sizes.row) - 2);
    const next = indexAfter(event.key, now, page, entries.length);
    if (next === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    goTo(next);
  }

  return (
    <div class="log-list">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the keys move between the buttons in it. */}
      <div
        ref={scroller}
        class="log-scroller"
        onScroll={(event) => hold(event.currentTarget)}
        onFocusIn={(event) => hold(event.currentTarget)}
        onKeyDown={moveBy}
      >
        <div style={{ height: `${heightOfAll(places) + sizes.row}px` }}>
          <table
            class="log-table"
            aria-label="Entries, the newest first"
            aria-rowcount={entries.length + 1}
            style={{ top: `${places.tops[first] ?? 0}px` }}
          >
            <LogHead height={sizes.row} />
            <tbody>
              {drawn.map((entry, index) => (
                <LogRow
                  key={entry.id}
                  entry={entry}
                  rowIndex={first + index + 2}
                  height={(places.tops[first + index + 1] ?? 0) - (places.tops[first + index] ?? 0)}
                  selected={entry.id === selected}
                  tabStop={entry.id === tabStop}
                  onSelect={() => {
                    setActive(entry.id);
                    onSelect(entry.id === selected ? undefined : entry.id);
                  }}
                  onOpenPlace={onOpenPlace}
                />
              ))}
            </tbody>
          </table>
        </div>
      </div>
      {scrollTop > 0 && (
        <button
          type="button"
          class="button small log-newest"
          onClick={() => {
            anchor.current = undefined;
            setScrollTop(0);
          }}
        >
          <Icon node={ArrowUp} size={14} />
          Newest
        </button>
      )}
    </div>
  );
}

function LogHead({ height }: { readonly height: number }) {
  return (
    <thead>
      <tr aria-rowindex={1} style={{ height: `${height}px` }}>
        <th scope="col" class="log-time">
          Time
        </th>
        <th scope="col" class="log-method">
          Method
        </th>
        <th scope="col">Path</th>
        <th scope="col" class="log-status">
          Status
        </th>
        <th scope="col" class="log-size">
          Size
        </th>
        <th scope="col" class="log-took">
          Took
        </th>
        <th scope="col" class="log-visitor">
          Visitor
        </th>
      </tr>
    </thead>
  );
}

/** Where a key leads from entry `now`; undefined: nowhere. */
function indexAfter(key: string, now: number, page: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowDown':
      return now + 1;
    case 'ArrowUp':
      return now - 1;
    case 'PageDown':
      return now + page;
    case 'PageUp':
      return now - page;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}
