import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

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
