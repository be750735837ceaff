import type { ReadonlySignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import type { EditorPosition } from './code-editor.ts';

interface EditorStatusProps {
  readonly position: ReadonlySignal<EditorPosition | undefined>;
  /** Whether the editor shows what differs from the live text. */
  readonly comparing: boolean;
  readonly onGoToLine: () => void;
  /** What is said about the site besides. */
  readonly children: ComponentChildren;
}

/** The line below the text: what is wrong where the cursor is, and where that is. */
export function EditorStatus(props: EditorStatusProps) {
  const position = props.position.value;
  const { problem, changes } = position ?? {};
  return (
    <div class="editor-status">
      <p
        class={problem === undefined ? 'editor-message' : 'editor-message wrong'}
        role="status"
        title={problem}
      >
        {problem ?? (props.comparing ? describeChanges(changes) : '')}
      </p>
      {position && (
        <button type="button" class="editor-position" title="Go to line" onClick={props.onGoToLine}>
          <span class="position-word">Line </span>
          {position.line}
          <span class="position-word">, column </span>
          <span class="position-sign">:</span>
          {position.column}
          {position.selections > 1 && ` (${position.selections} cursors)`}
        </button>
      )}
      {props.children}
    </div>
  );
}

function describeChanges(count: number | undefined): string {
  if (count === undefined) return '';
  if (count === 0) return 'No changes';
  return count === 1 ? '1 change' : `${count} changes`;
}
