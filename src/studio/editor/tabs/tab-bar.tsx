import { X } from 'lucide';
import { useEffect, useRef } from 'preact/hooks';
import { Icon } from '../../elements/icon.tsx';
import { type EditorTab, tabLabels } from './tab-list.ts';

/** What a tab shows of its file. */
export interface TabView extends EditorTab {
  /** What the file is called in the studio. */
  readonly name: string;
  /** Visitors get something else, or nothing. */
  readonly differs: boolean;
  /** Something keeps its code from running. */
  readonly broken: boolean;
}

interface TabBarProps {
  readonly tabs: readonly TabView[];
  readonly active: string | undefined;
  /** Of the element that shows the open file. */
  readonly panelId: string;
  readonly onOpen: (path: string) => void;
  readonly onKeep: (path: string) => void;
  readonly onClose: (path: string) => void;
  /** To this place, from 0. */
  readonly onMove: (path: string, to: number) => void;
}

/** The open files. On a narrow page they are a choice of one. */
export function TabBar(props: TabBarProps) {
  const { tabs, active, panelId, onOpen, onKeep, onClose, onMove } = props;
  const list = useRef<HTMLDivElement>(null);
  const dragged = useRef<string | undefined>(undefined);
  const labels = tabLabels(tabs.map((tab) => tab.name));

  useEffect(() => {
    const tab = list.current?.querySelector('[aria-selected=true]');
    tab?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [active, tabs.length]);

  function press(event: KeyboardEvent, index: number): void {
    const tab = tabs[index];
    if (!tab) return;
    if (event.key === 'Delete') {
      event.preventDefault();
      onClose(tab.path);
      return;
    }
    if (event.altKey && (event.key === 'ArrowLeft' || event.key === 'ArrowRight')) {
      // The browser's own way back and forth.
      event.preventDefault();
      onMove(tab.path, index + (event.key === 'ArrowLeft' ? -1 : 1));
      return;
    }
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      onOpen(tab.path);
      return;
    }
    const to = placeOf(event.key, index, tabs.length);
    if (to === undefined) return;
    event.preventDefault();
    // Only the focus moves: an opened file takes it into its text.
    list.current?.querySelectorAll<HTMLElement>('[role=tab]')[to]?.focus();
  }

  return (
    <div class="tab-bar">
      <div ref={list} class="tabs" role="tablist" aria-label="Open files">
        {tabs.map((tab, index) => {
          const selected = tab.path === active;
          return (
            // No button: Firefox lets nobody drag one.
            <div
              key={tab.path}
              id={tabId(panelId, index)}
              role="tab"
              class={tabClass(tab)}
              aria-selected={selected}
              aria-controls={panelId}
              aria-label={describeTab(tab)}
              title={tab.name}
              tabIndex={selected || (active === undefined && index === 0) ? 0 : -1}
              draggable
              onClick={() => onOpen(tab.path)}
              onDblClick={() => onKeep(tab.path)}
              onMouseDown={(event) => {
                // No scrolling by the middle button: it closes.
                if (event.button === 1) event.preventDefault();
              }}
              onAuxClick={(event) => {
                if (event.button === 1) onClose(tab.path);
              }}
              onKeyDown={(event) => press(event, index)}
              onDragStart={(event) => {
                dragged.current = tab.path;
                event.dataTransfer?.setData('text/x-peerserver-tab', tab.path);
              }}
              onDragOver={(event) => {
                if (dragged.current === undefined) return;
                event.preventDefault();
                if (dragged.current !== tab.path) onMove(dragged.current, index);
              }}
              onDrop={(event) => event.preventDefault()}
              onDragEnd={() => {
                dragged.current = undefined;
              }}
            >
              <span class="tab-name">{labels[index]?.label}</span>
              {labels[index]?.folder && <span class="tab-folder">{labels[index]?.folder}</span>}
              {/* For the mouse alone: keys close a tab by Delete, and a tab holds no other button. */}
              <span
                class="tab-close"
                aria-hidden="true"
                title="Close"
                onClick={(event) => {
                  event.stopPropagation();
                  onClose(tab.path);
                }}
              >
                <Icon node={X} size={14} />
              </span>
            </div>
          );
        })}
      </div>
      <div class="tab-choice">
        <select
          class="text-field"
          aria-label="Open file"
          value={active ?? ''}
          onChange={(event) => onOpen(event.currentTarget.value)}
        >
          {active === undefined && <option value="">No file</option>}
          {tabs.map((tab) => (
            <option key={tab.path} value={tab.path}>
              {tab.differs ? `${tab.name} (not live)` : tab.name}
            </option>
          ))}
        </select>
        <button
          type="button"
          class="icon-button"
          aria-label="Close file"
          disabled={active === undefined}
          onClick={() => active !== undefined && onClose(active)}
        >
          <Icon node={X} />
        </button>
      </div>
    </div>
  );
}

/** The id of a tab, for the panel that it names. */
export function tabId(panelId: string, index: number): string {
  return `${panelId}-tab-${index}`;
}

function tabClass(tab: TabView): string {
  const marks = [tab.preview && 'preview-tab', tab.differs && 'differs', tab.broken && 'broken'];
  return ['tab', ...marks.filter(Boolean)].join(' ');
}

function describeTab(tab: TabView): string {
  const state = [tab.differs && 'not live', tab.broken && 'with an error'].filter(Boolean);
  return [tab.name, ...state].join(', ');
}

function placeOf(key: string, index: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowRight':
      return (index + 1) % count;
    case 'ArrowLeft':
      return (index - 1 + count) % count;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}
