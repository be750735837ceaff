import { useEffect, useRef } from 'preact/hooks';
import type { Creation } from './creation.ts';
import type { Starter } from './starters.ts';

interface GalleryProps {
  readonly starters: readonly Starter[];
  readonly creation: Creation;
  /** Called when one was chosen and a name is needed next. */
  readonly onNameNeeded: () => void;
  /** Opens a folder, or a zip, of somebody's own. */
  readonly onBring: (what: 'folder' | 'zip') => void;
}

/** What a server can start from. */
export function Gallery({ starters, creation, onNameNeeded, onBring }: GalleryProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const step = creation.step.value;
  const failure = creation.failure.value;
  const choosing = step.kind === 'choosing';
  // The choice is further down than the button that was pressed: keyboard and eyes are led to it.
  useEffect(() => {
    if (choosing) heading.current?.focus();
  }, [choosing]);

  async function choose(starter: Starter): Promise<void> {
    await creation.choose(starter);
    if (creation.step.peek().kind === 'open') onNameNeeded();
  }

  return (
    <section class="gallery" aria-labelledby="gallery-title">
      <div class="section-head">
        <h2 id="gallery-title" ref={heading} tabIndex={-1}>
          {choosing ? `What shall ${step.name} start from?` : 'Something to start from'}
        </h2>
        <p>Small finished sites with comments for learners. Change whatever you like.</p>
      </div>
      {failure && (
        <p class="notice danger" role="alert">
          {failure}
        </p>
      )}
      <ul class="starter-grid">
        {starters.map((starter) => (
          <StarterCard
            key={starter.id}
            starter={starter}
            chosen={creation.starter.value === starter}
            busy={step.kind === 'creating'}
            creating={step.kind === 'creating' && step.starter === starter}
            onChoose={() => void choose(starter)}
          />
        ))}
        <li class="starter bring">
          <h3>Bring your own</h3>
          <p>Drop a folder or a zip anywhere on this page, or choose one.</p>
          <div class="button-row">
            <button type="button" class="button small" onClick={() => onBring('folder')}>
              Choose a folder
            </button>
            <button type="button" class="button small" onClick={() => onBring('zip')}>
              Choose a zip
            </button>
          </div>
        </li>
      </ul>
    </section>
  );
}

interface StarterCardProps {
  readonly starter: Starter;
  readonly chosen: boolean;
  /** Some server is being made: none can be chosen now. */
  readonly busy: boolean;
  /** A server is being made of this one. */
  readonly creating: boolean;
  readonly onChoose: () => void;
}

/** The whole card is the button's area. */
function StarterCard({ starter, chosen, busy, creating, onChoose }: StarterCardProps) {
  const { id, title, description, features } = starter;
  return (
    <li class={chosen || creating ? 'starter chosen' : 'starter'}>
      <Preview starter={starter} />
      <div class="starter-words">
        <button
          type="button"
          class="starter-button"
          aria-describedby={`starter-${id}`}
          disabled={busy}
          onClick={onChoose}
        >
          {title}
        </button>
        <p id={`starter-${id}`}>
          {creating ? 'Creating your server…' : description}
          {chosen && <span class="visually-hidden"> Chosen.</span>}
        </p>
        <ul class="features" aria-label="Shows">
          {features.map((feature) => (
            <li key={feature}>{feature}</li>
          ))}
        </ul>
      </div>
    </li>
  );
}

/** Its place is kept before it is there, so nothing moves. */
function Preview({ starter: { preview } }: { readonly starter: Starter }) {
  if (!preview) return <div class="starter-preview none" aria-hidden="true" />;
  return (
    <picture>
      <source media="(prefers-color-scheme: dark)" srcset={preview.dark} />
      <img
        class="starter-preview"
        src={preview.light}
        alt=""
        width={720}
        height={450}
        loading="lazy"
        decoding="async"
      />
    </picture>
  );
}
