import type { ComponentChildren, RefObject } from 'preact';
import type { NameCheck } from '../servers/name-check.ts';
import { isWrongName, NameNote } from '../servers/name-note.tsx';
import type { Creation } from './creation.ts';

interface CreateCardProps {
  readonly check: NameCheck;
  readonly creation: Creation;
  readonly field: RefObject<HTMLInputElement | null>;
  readonly sitesDomain: string;
}

/** The name of a new server, with what is known about it, and what came of it. */
export function CreateCard({ check, creation, field, sitesDomain }: CreateCardProps) {
  const refusal = creation.refusal.value;
  const verdict = refusal ?? check.verdict.value;
  const step = creation.step.value;
  const starter = creation.starter.value;

  async function submit(): Promise<void> {
    await creation.submit();
    if (creation.refusal.peek()) field.current?.focus();
  }

  return (
    <section class="card create" aria-label="Create a server">
      <form
        class="name-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <label class="field-label" for="server-name">
          Server name
        </label>
        <div class="name-row">
          <input
            ref={field}
            id="server-name"
            class="text-field"
            type="text"
            name="server-name"
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            placeholder="garden"
            value={check.input.value}
            aria-invalid={isWrongName(verdict, refusal !== undefined)}
            aria-describedby="server-name-note"
            onInput={(event) => creation.changeName(event.currentTarget.value)}
          />
          <button type="submit" class="button primary large">
            Create PeerServer
          </button>
        </div>
        <NameNote
          id="server-name-note"
          verdict={verdict}
          submitted={refusal !== undefined}
          sitesDomain={sitesDomain}
          onPick={(name) => {
            creation.changeName(name);
            field.current?.focus();
          }}
        />
      </form>
      {starter && (
        <p class="chosen-starter">
          <span>
            Starts from <strong>{starter.title}</strong>
          </span>
          <button type="button" class="link-button" onClick={() => creation.unchoose()}>
            Choose another
          </button>
        </p>
      )}
      <div role="status">
        {step.kind === 'creating' && (
          <Note>
            Creating {step.name} from {step.starter.title}…
          </Note>
        )}
        {step.kind === 'created' && (
          <Note>
            {step.blocked
              ? 'Your browser kept the new tab from opening. '
              : 'Your server has opened in a new tab. '}
            <a href={step.url} target="_blank" rel="noopener">
              Open {step.name}
            </a>
          </Note>
        )}
      </div>
    </section>
  );
}

function Note({ children }: { readonly children: ComponentChildren }) {
  return <p class="notice">{children}</p>;
}
