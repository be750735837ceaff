import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { placeCard } from './place-card.ts';
import type { Tour } from './tour-state.ts';
import type { TourStep } from './tour-steps.ts';

interface TourCardProps {
  readonly tour: Tour;
  readonly steps: readonly TourStep[];
  /** From 0. */
  readonly index: number;
}

/** Explains one thing, beside it. It lies over the page without keeping anybody from using that. */
export function TourCard({ tour, steps, index }: TourCardProps) {
  const step = steps[index];
  const card = useRef<HTMLElement>(null);
  const ring = useRef<HTMLDivElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  // Who had the focus before gets it back.
  const [before] = useState(() => document.activeElement);

  // A screen reader reads the step, and Tab leads to its buttons.
  useLayoutEffect(() => heading.current?.focus({ preventScroll: true }), [index]);
  useEffect(
    () => () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    },
    [before],
  );

  useLayoutEffect(() => {
    if (!step) return;
    return followTarget(step.target, (target) => point(target, card.current, ring.current));
  }, [step]);

  // With the card itself and not after it is painted: Escape works as soon as it can be seen.
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      // An editor's own use of Escape, such as closing its list of words, comes first.
      if (event.key === 'Escape' && !event.defaultPrevented) tour.end();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [tour]);

  if (!step) return null;
  const last = index === steps.length - 1;
  return (
    <>
      <div ref={ring} class="tour-ring" aria-hidden="true" />
      <section ref={card} class="tour-card" aria-labelledby="tour-title">
        <p class="tour-count">
          Step {index + 1} of {steps.length}
        </p>
        <h2 id="tour-title" ref={heading} tabIndex={-1}>
          {step.title}
        </h2>
        <p>{step.text}</p>
        <div class="tour-buttons">
          <button type="button" class="link-button" onClick={() => tour.end()}>
            End the tour
          </button>
          {index > 0 && (
            <button type="button" class="button small" onClick={() => tour.back()}>
              Back
            </button>
          )}
          <button type="button" class="button small primary" onClick={() => tour.next()}>
            {last ? 'Done' : 'Next'}
          </button>
        </div>
      </section>
    </>
  );
}

/** Calls with the element's place now and whenever it may have changed, until the returned function. */
function followTarget(name: string, place: (target: DOMRect | undefined) => void): () => void {
  const update = () => place(placeOf(name));
  const sizes = new ResizeObserver(update);
  sizes.observe(document.documentElement);
  const element = document.querySelector(`[data-tour="${name}"]`);
  if (element) sizes.observe(element);
  addEventListener('resize', update);
  addEventListener('scroll', update, { capture: true, passive: true });
  update();
  return () => {
    sizes.disconnect();
    removeEventListener('resize', update);
    removeEventListener('scroll', update, { capture: true });
  };
}

/** Undefined when it is not on the page, or folded. */
function placeOf(name: string): DOMRect | undefined {
  const rect = document.querySelector(`[data-tour="${name}"]`)?.getBoundingClientRect();
  return rect && rect.width > 0 && rect.height > 0 ? rect : undefined;
}

function point(target: DOMRect | undefined, card: HTMLElement | null, ring: HTMLElement | null) {
  if (!card || !ring) return;
  const { offsetWidth: width, offsetHeight: height } = card;
  const { left, top } = placeCard(target, { width, height }, visibleRoom());
  card.style.translate = `${left}px ${top}px`;
  ring.hidden = target === undefined;
  if (!target) return;
  ring.style.translate = `${target.left}px ${target.top}px`;
  ring.style.width = `${target.width}px`;
  ring.style.height = `${target.height}px`;
}

/** Without what a keyboard on a phone's screen covers. */
function visibleRoom() {
  return { width: innerWidth, height: visualViewport?.height ?? innerHeight };
}
