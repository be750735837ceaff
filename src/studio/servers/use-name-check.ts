import { useEffect, useMemo } from 'preact/hooks';
import type { SiteName } from '../../address/site-name.ts';
import { systemClock } from '../../protocol/clock.ts';
import { createNameCheck, type NameCheck } from './name-check.ts';
import { lookUpAtServer } from './name-lookup.ts';

/**
 * A name check for as long as the component is drawn.
 * @param isOwn whether a server of this browser has the name
 * @param initial what stands in the field at first
 */
export function useNameCheck(isOwn: (name: SiteName) => boolean, initial = ''): NameCheck {
  const check = useMemo(() => {
    const made = createNameCheck({
      lookUp: lookUpAtServer,
      isOwn,
      clock: systemClock,
      random: Math.random,
    });
    made.input.value = initial;
    return made;
  }, []);
  useEffect(() => () => check.dispose(), [check]);
  return check;
}
