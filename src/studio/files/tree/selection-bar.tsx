import type { Signal } from '@preact/signals';
import { Download, FolderInput, Trash, X } from 'lucide';
import { Icon } from '../../elements/icon.tsx';
import type { RowDoings } from './row-actions.ts';
import { NOTHING_CHOSEN, type Selection, targetsOf } from './tree-selection.ts';

interface SelectionBarProps {
  readonly selection: Signal<Selection>;
  readonly doings: RowDoings;
}

/** What can be done with several files at once. The live region is always there, so that it is read. */
export function SelectionBar({ selection, doings }: SelectionBarProps) {
  const { chosen } = selection.value;
  const count = chosen.size;
  const paths = (): readonly string[] => {
    const [first] = chosen;
    return first === undefined ? [] : targetsOf(selection.value, first);
  };
  return (
    <div class="selection-bar" data-filled={count > 0}>
      <span role="status">{count > 0 ? `${count} chosen` : ''}</span>
      {count > 0 && (
        <>
          <Tool label="Move the chosen" node={FolderInput} run={() => doings.move(paths())} />
          <Tool label="Download the chosen" node={Download} run={() => doings.download(paths())} />
          <Tool label="Delete the chosen" node={Trash} run={() => doings.remove(paths())} />
          <Tool
            label="Choose none"
            node={X}
            run={() => {
              selection.value = { ...NOTHING_CHOSEN, current: selection.peek().current };
            }}
          />
        </>
      )}
    </div>
  );
}

interface ToolProps {
  readonly label: string;
  readonly node: typeof X;
  readonly run: () => void;
}

function Tool({ label, node, run }: ToolProps) {
  return (
    <button type="button" class="icon-button" aria-label={label} title={label} onClick={run}>
      <Icon node={node} />
    </button>
  );
}
