import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';

/**
 * Keeps the keyboard's place when what had the focus is hidden: it would be lost to the page's very beginning.
 * @param stage takes the focus then
 * @param shown what is drawn, as a text that changes with it
 */
export function useKeptFocus(stage: RefObject<HTMLElement | null>, shown: string): void {
  const known = useRef(shown);
  useEffect(() => {
    if (known.current === shown) return;
    known.current = shown;
    const active = document.activeElement;
    const isLost = active === document.body || active?.checkVisibility() === false;
    if (isLost) stage.current?.focus({ preventScroll: true });
  }, [stage, shown]);
}

/**
 * Hands the focus on when a part of the page goes and has it: it would be lost to the page's very beginning.
 * @param part goes with the component that calls this
 * @param heir takes the focus then
 */
export function useFocusHeir(
  part: RefObject<HTMLElement | null>,
  heir: RefObject<HTMLElement | null>,
): void {
  // Runs while it is still in the page.
  useLayoutEffect(
    () => () => {
      if (part.current?.contains(document.activeElement)) {
        heir.current?.focus({ preventScroll: true });
      }
    },
    [part, heir],
  );
}

/**
 * Gives the focus back when something is over: an element that is disabled meanwhile loses it.
 * @param running whether it goes on
 * @param element has the focus afterwards, and is enabled again then
 */
export function useFocusAfter(running: boolean, element: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    if (!running) return undefined;
    return () => element.current?.focus();
  }, [running, element]);
}
