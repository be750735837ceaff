import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { Dialog } from '../../elements/dialog.tsx';

interface PathDialogProps {
  readonly title: string;
  /** What is asked for; a path by default. */
  readonly label?: string;
  readonly placeholder?: string;
  readonly initial: string;
  readonly confirmLabel: string;
  /** What may be typed; by default, what a path may be. */
  readonly note?: string;
  /** Goes on with the sentence about what a path may be. */
  readonly more?: string | undefined;
  /** Resolves with what is wrong, or undefined when it is done. */
  readonly onConfirm: (path: string) => Promise<string | undefined>;
  readonly onClose: () => void;
}

/** Asks for the path of a file, or a word that one is made of. */
export function PathDialog({
  title,
  label = 'Path',
  placeholder = 'about.html',
  initial,
  confirmLabel,
  note = 'A slash makes a folder: photos/cat.jpg',
  more,
  onConfirm,
  onClose,
}: PathDialogProps) {
  const [path, setPath] = useState(initial);
  const [problem, setProblem] = useState<string>();
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  // The name is what is changed most; the extension stays.
  useEffect(() => {
    const name = initial.lastIndexOf('/') + 1;
    const dot = initial.lastIndexOf('.');
    field.current?.setSelectionRange(name, dot > name ? dot : initial.length);
  }, [initial]);

  async function submit(): Promise<void> {
    const wrong = await onConfirm(path);
    if (wrong === undefined) return onClose();
    setProblem(wrong);
    field.current?.focus();
  }

  return (
    <Dialog title={title} onClose={onClose}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <label class="field-label" for={id}>
          {label}
        </label>
        <input
          ref={field}
          id={id}
          class="text-field"
          type="text"
          autofocus
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          placeholder={placeholder}
          value={path}
          aria-invalid={problem !== undefined}
          aria-describedby={`${id}-note`}
          onInput={(event) => {
            setPath(event.currentTarget.value);
            setProblem(undefined);
          }}
        />
        <p id={`${id}-note`} class={problem ? 'field-note wrong' : 'field-note'} aria-live="polite">
          {problem ?? [note, more].filter(Boolean).join('; ')}
        </p>
        <div class="button-row end">
          <button type="button" class="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="button primary">
            {confirmLabel}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
