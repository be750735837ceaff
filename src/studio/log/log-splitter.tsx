import { useRef } from 'preact/hooks';
import { LOG_HEIGHT, type LogHeight } from './log-height.ts';

/** One press of an arrow key, CSS pixels. */
const STEP = 24;

/** The log's upper edge: dragged, moved by arrow keys, put back by a double click. */
export function LogSplitter({ size }: { readonly size: LogHeight }) {
  /** Height of the log and place of the pointer when it was taken hold of. */
  const grip = useRef<{ readonly height: number; readonly y: number } | undefined>(undefined);
  const height = size.height.value;
  const keys: Record<string, () => void> = {
    ArrowUp: () => size.resize(height + STEP),
    ArrowDown: () => size.resize(height - STEP),
    Home: () => size.resize(LOG_HEIGHT.min),
    End: () => size.resize(size.max()),
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: an hr cannot be focused and has no value.
    <div
      class="log-splitter"
      role="separator"
      tabIndex={0}
      aria-label="Height of the log"
      aria-orientation="horizontal"
      aria-controls="log-body"
      aria-valuemin={LOG_HEIGHT.min}
      aria-valuemax={size.max()}
      aria-valuenow={Math.min(height, size.max())}
      title="Drag to resize, double-click to put back"
      onKeyDown={(event) => {
        const run = keys[event.key];
        if (!run || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        run();
      }}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        grip.current = { height, y: event.clientY };
        // The frame above must not get the pointer's moves.
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        if (grip.current) size.resize(grip.current.height + grip.current.y - event.clientY);
      }}
      onLostPointerCapture={() => {
        grip.current = undefined;
      }}
      onDblClick={() => size.resize(LOG_HEIGHT.initial)}
    />
  );
}
