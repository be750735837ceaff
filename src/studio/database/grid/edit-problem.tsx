import type { CellEdit } from './cell-edit.ts';

/** What stands in the way of saving a value, with what can be done about it. */
export function EditProblemLine({ edit }: { readonly edit: CellEdit }) {
  const problem = edit.problem.value;
  return (
    <div class="db-edit-problem" role="alert">
      {problem && <span>{problem.message}</span>}
      {problem?.kind === 'conflict' && (
        <>
          <button type="button" class="button small" onClick={() => void edit.overwrite()}>
            Overwrite
          </button>
          <button type="button" class="button small" onClick={() => edit.cancel()}>
            Keep theirs
          </button>
        </>
      )}
    </div>
  );
}
