import { useEffect, useId, useMemo, useRef, useState } from 'preact/hooks';
import { useModal } from '../elements/use-modal.ts';
import type { Choice } from './choices.ts';
import { MAX_QUERY_LENGTH } from './fuzzy.ts';
import { KeyCaps } from './key-caps.tsx';

interface ChoiceDialogProps {
  /** Of the field: `Command`. */
  readonly label: string;
  readonly placeholder: string;
  /** What is said when nothing matches. */
  readonly empty: string;
  /** The choices for what is typed; the same function as long as the dialog is open. */
  readonly choices: (query: string) => readonly Choice[];
  readonly onChosen: (choice: Choice) => void;
  readonly onClose: () => void;
}

/** A field over the page, and below it what matches: arrow keys choose, Enter does it, Escape leaves. */
export function ChoiceDialog(props: ChoiceDialogProps) {
  const { label, placeholder, empty, choices, onChosen, onClose } = props;
  const modal = useModal(onClose);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const [query, setQuery] = useState('');
  const [active, setActive] = useState(0);
  const found = useMemo(() => choices(query), [choices, query]);
  const at = Math.min(active, found.length - 1);

  useEffect(() => {
    list.current?.children[at]?.scrollIntoView({ block: 'nearest' });
  }, [at, found]);

  function choose(choice: Choice | undefined): void {
    if (!choice) return;
    // First the focus goes back to where it was; what the command opens may take it from there.
    modal.element.current?.close();
    onClose();
    onChosen(choice);
  }

  const moves: Record<string, () => number> = {
    ArrowDown: () => (at + 1) % found.length,
    ArrowUp: () => (at - 1 + found.length) % found.length,
    PageDown: () => Math.min(at + 8, found.length - 1),
    PageUp: () => Math.max(at - 8, 0),
  };

  function onKeyDown(event: KeyboardEvent): void {
    // While letters are being composed, Enter and the arrows belong to that.
    if (event.isComposing) return;
    if (event.key === 'Enter') {
      event.preventDefault();
      choose(found[at]);
    }
    const move = moves[event.key];
    if (!move || found.length === 0) return;
    event.preventDefault();
    setActive(move());
  }

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes a dialog.
    <dialog
      ref={modal.element}
      class="palette"
      aria-label={label}
      onClose={modal.onClose}
      onClick={(event) => {
        // Beside it: the dialog's own box is covered by what is in it.
        if (event.target === event.currentTarget) event.currentTarget.close();
      }}
    >
      <div class="palette-content">
        <input
          class="palette-field"
          type="text"
          role="combobox"
          aria-label={label}
          aria-expanded="true"
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={found.length > 0 ? `${id}-${at}` : undefined}
          placeholder={placeholder}
          maxLength={MAX_QUERY_LENGTH}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          value={query}
          onInput={(event) => {
            setQuery(event.currentTarget.value);
            setActive(0);
          }}
          onKeyDown={onKeyDown}
        />
        <div ref={list} class="palette-list" id={`${id}-list`} role="listbox" aria-label={label}>
          {found.map((choice, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the keys.
            // biome-ignore lint/a11y/useFocusableInteractive: the field points at the active option.
            <div
              key={choice.id}
              id={`${id}-${index}`}
              class="palette-choice"
              role="option"
              aria-selected={index === at}
              onPointerMove={() => setActive(index)}
              onClick={() => choose(choice)}
            >
              <span class="palette-title">
                <Marked text={choice.title} positions={choice.matched} />
              </span>
              {choice.note && <span class="palette-note">{choice.note}</span>}
              {choice.keys && <KeyCaps keys={choice.keys} />}
            </div>
          ))}
        </div>
        <p class="palette-empty" role="status">
          {found.length === 0 ? empty : ''}
        </p>
      </div>
    </dialog>
  );
}

/** A text with the letters that were looked for. */
function Marked({ text, positions }: { text: string; positions: readonly number[] }) {
  if (positions.length === 0) return text;
  const marked = new Set(positions);
  const pieces: { text: string; on: boolean }[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const on = marked.has(at);
    const last = pieces.at(-1);
    if (last?.on === on) last.text += text[at];
    else pieces.push({ text: text[at] ?? '', on });
  }
  return pieces.map(({ text: piece, on }, index) => (on ? <b key={index}>{piece}</b> : piece));
}
