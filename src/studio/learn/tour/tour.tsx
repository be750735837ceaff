import type { FunctionComponent, RefObject } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useKeptFocus } from '../../elements/keep-focus.ts';
import { useCommands, useStudio } from '../../session/studio.ts';
import { createTour } from './tour-state.ts';
import { TOUR_STEPS } from './tour-steps.ts';

type Card = typeof import('./tour-card.tsx').TourCard;

interface TourGuideProps {
  /** Has the focus when the offer or the tour is gone that had it. */
  readonly stage: RefObject<HTMLElement | null>;
}

/** Offers the tour to somebody new, and shows it to whoever asks for it. */
export function TourGuide({ stage }: TourGuideProps) {
  const { areas, openFile, toaster } = useStudio();
  const tour = useMemo(
    () =>
      createTour({
        steps: TOUR_STEPS,
        storage: () => localStorage,
        show(area) {
          // The tour is about the site's page; the others have other areas.
          if (openFile.view.peek() !== 'site') openFile.show('site');
          areas.show(area);
        },
      }),
    [areas, openFile],
  );
  useCommands(
    () => [
      { id: 'help.tour', title: 'Take the tour', group: 'Help', run: tour.start },
      { id: 'help.learn', title: 'Learn: tutorials and guide', group: 'Help', run: openLearn },
    ],
    [tour],
  );
  const index = tour.step.value;
  const Card = useCard(index !== undefined, () => {
    tour.end();
    toaster.show({
      message: 'The tour could not be loaded. Is the signaling server still reachable?',
    });
  });
  const asked = index === undefined && tour.offered.value;
  useKeptFocus(stage, `${index !== undefined} ${asked}`);
  if (index !== undefined) return Card && <Card tour={tour} steps={TOUR_STEPS} index={index} />;
  if (!asked) return null;
  return (
    <aside class="tour-offer" aria-label="Tour">
      <p>New here? The tour takes a minute.</p>
      <div class="button-row">
        <button type="button" class="button small" onClick={tour.start}>
          Take the tour
        </button>
        <button type="button" class="button small quiet-offer" onClick={tour.end}>
          No, thanks
        </button>
      </div>
    </aside>
  );
}

function openLearn(): void {
  window.open('/learn/', '_blank', 'noopener');
}

/** The card, fetched when it is first needed. @param onFailed called when it is not to be had */
function useCard(
  needed: boolean,
  onFailed: () => void,
): FunctionComponent<Parameters<Card>[0]> | undefined {
  const [card, setCard] = useState<{ readonly Card: Card }>();
  const failed = useRef(onFailed);
  failed.current = onFailed;
  useEffect(() => {
    if (needed && !card) {
      import('./tour-card.tsx').then(
        ({ TourCard }) => setCard({ Card: TourCard }),
        () => failed.current(),
      );
    }
  }, [needed, card]);
  return card?.Card;
}
