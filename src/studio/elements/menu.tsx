import { ChevronDown, EllipsisVertical, type IconNode } from 'lucide';
import { useId, useRef } from 'preact/hooks';
import { Icon } from './icon.tsx';

/** One thing to do. */
export interface MenuItem {
  /** With an ellipsis when a question follows: `Rename…`. */
  readonly label: string;
  readonly icon?: IconNode;
  /** Destroys something. */
  readonly danger?: boolean;
  /** Set off from those before by a line. */
  readonly apart?: boolean;
  readonly run: () => void;
}

interface MenuProps {
  /** Of the button, for those who do not see its three dots. */
  readonly label: string;
  /** What the button shows instead of three dots. */
  readonly text?: string;
  readonly items: readonly MenuItem[];
}

/** Room between button and menu, and between menu and window, in pixels. */
const GAP = 4;

/**
 * A button with three dots that opens a menu. The browser closes it by Escape, or a click elsewhere, and
 * draws it above everything.
 */
export function Menu({ label, text, items }: MenuProps) {
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();

  function entries(): HTMLElement[] {
    return [...(list.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];
  }

  function opened(open: boolean): void {
    button.current?.setAttribute('aria-expanded', String(open));
    if (!open) return;
    place(button.current, list.current);
    entries()[0]?.focus();
  }

  function move(event: KeyboardEvent): void {
    const all = entries();
    const active = document.activeElement;
    const now = active instanceof HTMLElement ? all.indexOf(active) : -1;
    const next = nextEntry(event.key, now, all.length);
    if (next === undefined) {
      if (event.key === 'Tab') list.current?.hidePopover();
      return;
    }
    event.preventDefault();
    all[next]?.focus();
  }

  return (
    <>
      <button
        ref={button}
        type="button"
        class={text === undefined ? 'icon-button' : 'button menu-button'}
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded="false"
        popovertarget={id}
      >
        {text}
        <Icon
          node={text === undefined ? EllipsisVertical : ChevronDown}
          size={text === undefined ? 18 : 16}
        />
      </button>
      <div
        ref={list}
        id={id}
        popover="auto"
        class="menu"
        role="menu"
        aria-label={label}
        tabIndex={-1}
        onToggle={(event) => opened(event.newState === 'open')}
        onKeyDown={move}
      >
        {items.map((item) => (
          <button
            key={item.label}
            type="button"
            role="menuitem"
            tabIndex={-1}
            class={`menu-item${item.danger ? ' danger' : ''}${item.apart ? ' apart' : ''}`}
            onClick={() => {
              list.current?.hidePopover();
              item.run();
            }}
          >
            {item.icon && <Icon node={item.icon} size={16} />}
            {item.label}
          </button>
        ))}
      </div>
    </>
  );
}

/** Where a key leads from entry `now` of `count`; undefined: nowhere. */
export function nextEntry(key: string, now: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowDown':
      return (now + 1) % count;
    case 'ArrowUp':
      return (Math.max(now, 0) - 1 + count) % count;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}

/** Below the button and flush with its end, or above it where there is no room below. */
function place(button: HTMLElement | null, list: HTMLElement | null): void {
  if (!button || !list) return;
  const at = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = list;
  const below = at.bottom + GAP;
  const fits = below + height + GAP <= innerHeight;
  list.style.top = `${Math.max(GAP, fits ? below : at.top - GAP - height)}px`;
  list.style.left = `${Math.max(GAP, Math.min(at.right - width, innerWidth - width - GAP))}px`;
}
