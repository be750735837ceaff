import type { RefObject } from 'preact';
import type { NameCheck, NameVerdict } from '../state/name-check.ts';

interface NameFieldProps {
  readonly input: RefObject<HTMLInputElement | null>;
  readonly check: NameCheck;
  /** A refusal that came after submitting; it stands until the name is changed. */
  readonly refusal: NameVerdict | undefined;
  readonly sitesDomain: string;
  readonly onChange: (name: string) => void;
  readonly onSubmit: () => void;
}

/** The name, with what is known about it beside it. */
export function NameField(props: NameFieldProps) {
  const { check, input, onChange } = props;
  const verdict = props.refusal ?? check.verdict.value;
  const wrong = isWrong(verdict, props.refusal !== undefined);
  return (
    <form
      class="name-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        props.onSubmit();
      }}
    >
      <label class="field-label" for="server-name">
        Server name
      </label>
      <div class="name-row">
        <input
          ref={input}
          id="server-name"
          class="text-field"
          type="text"
          name="server-name"
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          placeholder="garden"
          value={check.input.value}
          aria-invalid={wrong}
          aria-describedby="server-name-note"
          onInput={(event) => onChange(event.currentTarget.value)}
        />
        <button type="submit" class="button primary large">
          Create PeerServer
        </button>
      </div>
      <div
        id="server-name-note"
        class={wrong ? 'field-note wrong' : 'field-note'}
        aria-live="polite"
      >
        <VerdictNote
          verdict={verdict}
          refused={wrong}
          sitesDomain={props.sitesDomain}
          onPick={(name) => {
            onChange(name);
            input.current?.focus();
          }}
        />
      </div>
    </form>
  );
}

/** An empty field is wrong only once it was submitted. */
function isWrong(verdict: NameVerdict, submitted: boolean): boolean {
  return (
    verdict.kind === 'refused' ||
    verdict.kind === 'yours' ||
    (verdict.kind === 'empty' && submitted)
  );
}

interface VerdictNoteProps {
  readonly verdict: NameVerdict;
  readonly refused: boolean;
  readonly sitesDomain: string;
  readonly onPick: (name: string) => void;
}

function VerdictNote({ verdict, refused, sitesDomain, onPick }: VerdictNoteProps) {
  switch (verdict.kind) {
    case 'empty':
      return <>{refused ? 'Type a name for your server.' : 'Letters, digits and hyphens.'}</>;
    case 'checking':
      return <>Checking whether “{verdict.name}” is free…</>;
    case 'free':
      return (
        <span class="good">
          Free: your site will be at {verdict.name}.{sitesDomain}
        </span>
      );
    case 'unknown':
      return <>{verdict.message}</>;
    case 'yours':
      return (
        <>
          {verdict.message} <a href={`/server/${verdict.name}`}>Open {verdict.name}</a>
        </>
      );
    case 'refused':
      return (
        <>
          {verdict.message}{' '}
          <button type="button" class="link-button" onClick={() => onPick(verdict.suggestion)}>
            Use {verdict.suggestion}
          </button>
        </>
      );
  }
}
