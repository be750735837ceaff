import { useRef, useState } from 'preact/hooks';
import { Dialog } from '../../elements/dialog.tsx';
import { saveFile } from '../../elements/save-file.ts';
import { formatBytes } from '../../elements/wording.ts';
import type { SqlValue } from '../../host.ts';
import { editText } from './cell.ts';
import type { CellEdit, EditPlace } from './cell-edit.ts';
import { EditProblemLine } from './edit-problem.tsx';

/** The database takes no larger value. */
const MAX_BLOB_BYTES = 16 * 1024 * 1024;

interface ValueDialogProps {
  readonly place: EditPlace;
  readonly edit: CellEdit;
  /** It can be looked at only. */
  readonly readOnly: boolean;
}

/** One value, whole: a long text with its lines, a blob as a file, NULL as a choice. */
export function ValueDialog({ place, edit, readOnly }: ValueDialogProps) {
  const { column, before } = place;
  const [text, setText] = useState(place.text);
  const [isNull, setNull] = useState(before === null);
  const [blob, setBlob] = useState(before instanceof Uint8Array ? before : undefined);
  const [problem, setProblem] = useState<string>();
  const chooser = useRef<HTMLInputElement>(null);
  const locked = readOnly || column.generated;

  async function choose(input: HTMLInputElement): Promise<void> {
    const file = input.files?.[0];
    input.value = '';
    if (!file) return;
    if (file.size > MAX_BLOB_BYTES) {
      setProblem(`A value has at most ${formatBytes(MAX_BLOB_BYTES)}; keep large things as files.`);
      return;
    }
    try {
      setBlob(new Uint8Array(await file.arrayBuffer()));
      setNull(false);
      setProblem(undefined);
    } catch {
      setProblem('The file cannot be read. Check that it is still there.');
    }
  }

  function save(): void {
    const value: SqlValue | undefined = isNull ? null : blob;
    if (value !== undefined) void edit.save(value);
    else void edit.saveText(text);
  }

  return (
    <Dialog title={column.name} onClose={() => edit.cancel()}>
      <p class="db-value-kind">{`${column.type || 'any type'}, ${describe(before)}`}</p>
      {blob ? (
        <div class="button-row">
          <button
            type="button"
            class="button small"
            disabled={isNull}
            onClick={() => saveFile(`${column.name}.bin`, blob)}
          >
            {`Download ${formatBytes(blob.length)}`}
          </button>
        </div>
      ) : (
        <textarea
          class="text-field db-value-text"
          aria-label={`Value of ${column.name}`}
          rows={10}
          value={text}
          disabled={isNull}
          readOnly={locked}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      )}
      {!locked && (
        <div class="db-value-more">
          {!column.notNull && (
            <label class="db-check">
              <input
                type="checkbox"
                checked={isNull}
                onChange={(event) => setNull(event.currentTarget.checked)}
              />
              NULL (no value)
            </label>
          )}
          <button type="button" class="button small" onClick={() => chooser.current?.click()}>
            Use a file…
          </button>
          <input
            ref={chooser}
            type="file"
            hidden
            aria-label="File to store"
            onChange={(event) => void choose(event.currentTarget)}
          />
        </div>
      )}
      {problem && (
        <p class="field-note wrong" role="alert">
          {problem}
        </p>
      )}
      <EditProblemLine edit={edit} />
      <div class="button-row end">
        <button type="button" class="button" onClick={() => edit.cancel()}>
          {locked ? 'Close' : 'Cancel'}
        </button>
        {!locked && (
          <button
            type="button"
            class="button primary"
            disabled={edit.saving.value}
            onClick={() => save()}
          >
            Save value
          </button>
        )}
      </div>
    </Dialog>
  );
}

function describe(value: SqlValue): string {
  if (value === null) return 'NULL';
  if (value instanceof Uint8Array) return `blob of ${formatBytes(value.length)}`;
  const text = editText(value) ?? '';
  return typeof value === 'string'
    ? `text of ${text.length.toLocaleString('en-GB')} characters`
    : 'number';
}
