import { useRef } from 'preact/hooks';
import type { Size } from '../session/areas.ts';

interface SplitterProps {
  /** What it sizes: `Width of the files`. */
  readonly label: string;
  /** Id of the element that it sizes. */
  readonly controls: string;
  readonly size: Size;
  readonly value: number;
  /** One press of an arrow key, in the unit of `value`. */
  readonly step: number;
  /** The value that puts the splitter at this place of the window, CSS pixels from the left. */
  readonly valueAt: (x: number) => number;
  /** -1: moving right makes the value smaller. */
  readonly direction: 1 | -1;
  readonly onResize: (value: number) => void;
  /** Folds the area; Enter. */
  readonly onFold: () => void;
}

/** The line between two areas: dragged, moved by arrow keys, put back by a double click. */
export function Splitter(props: SplitterProps) {
  const { size, value, step, direction, onResize, onFold } = props;
  /** How far from the line's middle it was taken hold of. */
  const grip = useRef<number | undefined>(undefined);
  const keys: Record<string, () => void> = {
    ArrowLeft: () => onResize(value - step * direction),
    ArrowRight: () => onResize(value + step * direction),
    Home: () => onResize(direction === 1 ? size.min : size.max),
    End: () => onResize(direction === 1 ? size.max : size.min),
    Enter: onFold,
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: an hr cannot be focused and has no value.
    <div
      class="splitter"
      role="separator"
      tabIndex={0}
      aria-label={props.label}
      aria-orientation="vertical"
      aria-controls={props.controls}
      aria-valuemin={size.min}
      aria-valuemax={size.max}
      aria-valuenow={value}
      title="Drag to resize, double-click to put back"
      onKeyDown={(event) => {
        const run = keys[event.key];
        if (!run || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        run();
      }}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        const { left, width } = event.currentTarget.getBoundingClientRect();
        grip.current = event.clientX - left - width / 2;
        // The frames on both sides must not get the pointer's moves.
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        if (grip.current === undefined) return;
        onResize(props.valueAt(event.clientX - grip.current));
      }}
      onLostPointerCapture={() => {
        grip.current = undefined;
      }}
      onDblClick={() => onResize(size.initial)}
    />
  );
}
