import type { SiteName } from '../../address/site-name.ts';
import type { NameVerdict } from './name-check.ts';

interface NameNoteProps {
  readonly id: string;
  readonly verdict: NameVerdict;
  /** Whether it was submitted with this verdict: an empty field is wrong only then. */
  readonly submitted: boolean;
  readonly sitesDomain: string;
  /** Takes the suggestion. */
  readonly onPick: (name: SiteName) => void;
}

/** Whether a verdict keeps the name from being used. */
export function isWrongName(verdict: NameVerdict, submitted: boolean): boolean {
  const { kind } = verdict;
  return kind === 'refused' || kind === 'yours' || (kind === 'empty' && submitted);
}

/** What is known about a name, below its field. */
export function NameNote(props: NameNoteProps) {
  const wrong = isWrongName(props.verdict, props.submitted);
  return (
    <div id={props.id} class={wrong ? 'field-note wrong' : 'field-note'} aria-live="polite">
      <Words {...props} />
    </div>
  );
}

function Words({ verdict, submitted, sitesDomain, onPick }: NameNoteProps) {
  switch (verdict.kind) {
    case 'empty':
      return <>{submitted ? 'Type a name for your server.' : 'Letters, digits and hyphens.'}</>;
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
          {verdict.message}{' '}
          {/* In a tab of its own: in a server's tab, its site would go offline. */}
          <a href={`/server/${verdict.name}`} target="_blank" rel="noopener">
            Open {verdict.name}
          </a>
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
