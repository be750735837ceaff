import { useEffect, useState } from 'preact/hooks';
import { useStudio } from '../../session/studio.ts';
import type { FileActions } from '../actions/file-actions.ts';
import { groupsOf } from './file-groups.ts';
import { groupKey, type TreeRow } from './file-tree.ts';
import { targetsOf } from './tree-selection.ts';
import type { TreeState } from './tree-state.ts';
import { keyOf } from './use-file-list.ts';

/** What rows of the list are while they are dragged: nothing that another page could take for its own. */
export const DRAGGED_PATHS = 'application/x-peerserver-paths';

export interface TreeDragOptions {
  readonly tree: TreeState;
  readonly actions: FileActions;
  readonly project: boolean;
}

/** Lets rows be dragged into folders and groups. */
export function useTreeDrag({ tree, actions, project }: TreeDragOptions) {
  const { toaster } = useStudio();
  const [target, setTarget] = useState<string>();
  // Ended over another window, no event comes here but this one.
  useEffect(() => {
    const end = () => setTarget(undefined);
    window.addEventListener('dragend', end);
    window.addEventListener('drop', end);
    return () => {
      window.removeEventListener('dragend', end);
      window.removeEventListener('drop', end);
    };
  }, []);

  function over(event: DragEvent): void {
    const key = rowOfDrop(event, project);
    const known = event.dataTransfer?.types ?? [];
    if (known.includes(DRAGGED_PATHS)) {
      if (key !== undefined) event.preventDefault();
      if (key !== undefined && event.dataTransfer) event.dataTransfer.dropEffect = 'move';
    } else if (!known.includes('Files')) return;
    setTarget(key);
  }

  function drop(event: DragEvent): void {
    const paths = readPaths(event.dataTransfer?.getData(DRAGGED_PATHS));
    if (paths.length === 0) return;
    event.preventDefault();
    const folder = folderOfDrop(event, project);
    if (folder === undefined) return;
    void actions.moveInto(paths, folder).then((problem) => {
      if (problem !== undefined) toaster.show({ message: problem });
    });
  }

  return {
    /** The key of the row that what is dragged would go to. */
    target,
    onDragStart(row: TreeRow, event: DragEvent) {
      const paths = targetsOf(tree.selection.peek(), row.key);
      event.dataTransfer?.setData(DRAGGED_PATHS, JSON.stringify(paths));
      if (event.dataTransfer) event.dataTransfer.effectAllowed = 'move';
    },
    handlers: {
      onDragOver: over,
      onDragLeave: (event: DragEvent) => {
        const { currentTarget, relatedTarget } = event;
        const inside =
          currentTarget instanceof Node &&
          relatedTarget instanceof Node &&
          currentTarget.contains(relatedTarget);
        if (!inside) setTarget(undefined);
      },
      onDrop: drop,
    },
  };
}

/** The row of the folder or group that a drop at this place is for; undefined beside the rows. */
function rowOfDrop(event: DragEvent, project: boolean): string | undefined {
  const folder = folderOfDrop(event, project);
  if (folder === undefined) return undefined;
  const group = groupsOf(project).find((other) => other.folder === folder);
  return group ? groupKey(group) : folder;
}

/**
 * The folder that something dropped here goes into, with a slash at its end: that of the row, of a file the one
 * it lies in. Undefined outside the list of files.
 */
export function folderOfDrop(event: DragEvent, project: boolean): string | undefined {
  const key = event.target instanceof Element ? keyOf(event.target) : undefined;
  if (key === undefined) return undefined;
  const group = groupsOf(project).find((other) => key.startsWith(groupKey(other)));
  if (key.startsWith('/')) return group?.folder;
  return key.slice(0, key.lastIndexOf('/') + 1);
}

function readPaths(json: string | undefined): string[] {
  if (!json) return [];
  try {
    const value: unknown = JSON.parse(json);
    return Array.isArray(value) ? value.filter((path) => typeof path === 'string') : [];
  } catch {
    // Not from this list.
    return [];
  }
}
