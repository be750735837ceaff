import { useEffect, useRef } from 'preact/hooks';
import { Icon } from '../../elements/icon.tsx';
import { type MenuItem, nextEntry } from '../../elements/menu.tsx';

/** Where a menu opens, in CSS pixels of the window. */
export interface MenuPlace {
  readonly x: number;
  readonly y: number;
}

interface RowMenuProps {
  readonly label: string;
  readonly place: MenuPlace;
  readonly items: readonly MenuItem[];
  /** @param chose false when it was closed without a choice: the focus goes back to the row then */
  readonly onClose: (chose: boolean) => void;
}

/** Between menu and window, in pixels. */
const GAP = 4;

/** The menu of a row, at the pointer or at its button. One for all rows: they are many. */
export function RowMenu({ label, place, items, onClose }: RowMenuProps) {
  const list = useRef<HTMLDivElement>(null);
  const chose = useRef(false);

  useEffect(() => {
    const menu = list.current;
    if (!menu) return;
    menu.showPopover();
    const { offsetWidth: width, offsetHeight: height } = menu;
    menu.style.left = `${Math.max(GAP, Math.min(place.x, innerWidth - width - GAP))}px`;
    menu.style.top = `${Math.max(GAP, Math.min(place.y, innerHeight - height - GAP))}px`;
    entriesOf(menu)[0]?.focus();
  }, [place]);

  function move(event: KeyboardEvent): void {
    if (event.key === 'Tab') list.current?.hidePopover();
    const entries = entriesOf(list.current);
    const focused = document.activeElement;
    const now = focused instanceof HTMLElement ? entries.indexOf(focused) : -1;
    const next = nextEntry(event.key, now, entries.length);
    if (next === undefined) return;
    event.preventDefault();
    entries[next]?.focus();
  }

  return (
    <div
      ref={list}
      popover="auto"
      class="menu"
      role="menu"
      aria-label={label}
      tabIndex={-1}
      onToggle={(event) => {
        if (event.newState === 'closed') onClose(chose.current);
      }}
      onKeyDown={move}
    >
      {items.map((item) => (
        <button
          key={item.label}
          type="button"
          role="menuitem"
          tabIndex={-1}
          class={item.danger ? 'menu-item danger' : 'menu-item'}
          onClick={() => {
            chose.current = true;
            list.current?.hidePopover();
            item.run();
          }}
        >
          {item.icon && <Icon node={item.icon} size={16} />}
          {item.label}
        </button>
      ))}
    </div>
  );
}

function entriesOf(menu: HTMLElement | null): HTMLElement[] {
  return [...(menu?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];
}
