import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { SiteName } from '../../address/site-name.ts';
import { Dialog } from '../elements/dialog.tsx';
import { useFocusAfter } from '../elements/keep-focus.ts';
import type { CreateServerResult } from '../host.ts';
import type { NameCheck, NameVerdict } from './name-check.ts';
import { isWrongName, NameNote } from './name-note.tsx';
import { ProgressLine } from './progress-line.tsx';
import type { OperationOptions } from './server-operations.ts';
import { createServerTask } from './server-task.ts';
import { useNameCheck } from './use-name-check.ts';

interface NameDialogProps {
  readonly title: string;
  /** What comes of it, or what it is about. */
  readonly children: ComponentChildren;
  readonly label: string;
  /** What stands in the field at first, selected. */
  readonly initial: string;
  readonly action: string;
  /** While it is done: `Copying…`. */
  readonly doing: string;
  readonly sitesDomain: string;
  readonly isOwn: (name: SiteName) => boolean;
  readonly run: (name: SiteName, options: OperationOptions) => Promise<CreateServerResult>;
  readonly onDone: (name: SiteName) => void;
  readonly onClose: () => void;
}

const EMPTY: NameVerdict = { kind: 'empty' };

/** The name that a server has now is no mistake yet while it stands in the field to be edited. */
function untouched(check: NameCheck, { initial }: NameDialogProps): boolean {
  const { kind } = check.verdict.value;
  return kind === 'yours' && check.input.value === initial;
}

/** Asks for a server's name, and does what it is for: renaming one, copying one, making one of files. */
export function NameDialog(props: NameDialogProps) {
  const check = useNameCheck(props.isOwn, props.initial);
  const task = useMemo(createServerTask, []);
  const [refusal, setRefusal] = useState<NameVerdict>();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    field.current?.select();
    return () => task.cancel();
  }, [task]);

  function change(name: string): void {
    setRefusal(undefined);
    check.input.value = name;
  }

  async function submit(): Promise<void> {
    const verdict = await check.settle();
    // Cancelled, or another name stands in the field by now.
    if (!verdict) return;
    if (verdict.kind !== 'free' && verdict.kind !== 'unknown') {
      setRefusal(verdict);
      field.current?.focus();
      return;
    }
    const end = await task.run((options) => props.run(verdict.name, options));
    if (end.kind !== 'done') return;
    if (end.value.kind === 'created') return props.onDone(end.value.server.name);
    const { message, suggestion } = end.value;
    setRefusal({ kind: 'refused', message, suggestion });
  }

  const state = task.state.value;
  const running = state.kind === 'running';
  useFocusAfter(running, field);
  const verdict = refusal ?? (untouched(check, props) ? EMPTY : check.verdict.value);
  return (
    <Dialog title={props.title} onClose={props.onClose}>
      {props.children}
      <form
        class="dialog-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <label class="field-label" for="other-name">
          {props.label}
        </label>
        <input
          ref={field}
          id="other-name"
          class="text-field"
          type="text"
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          value={check.input.value}
          disabled={running}
          aria-invalid={isWrongName(verdict, refusal !== undefined)}
          aria-describedby="other-name-note"
          onInput={(event) => change(event.currentTarget.value)}
        />
        <NameNote
          id="other-name-note"
          verdict={verdict}
          submitted={refusal !== undefined}
          sitesDomain={props.sitesDomain}
          onPick={(name) => {
            change(name);
            field.current?.focus();
          }}
        />
        {running && <ProgressLine label={props.doing} progress={state.progress} />}
        {state.kind === 'failed' && (
          <p class="notice danger" role="alert">
            {state.message}
          </p>
        )}
        <div class="button-row end">
          <button type="button" class="button" onClick={props.onClose}>
            Cancel
          </button>
          <button type="submit" class="button primary" disabled={running}>
            {props.action}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
