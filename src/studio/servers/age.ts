const WORDS = new Intl.RelativeTimeFormat('en-GB', { numeric: 'auto' });
const DATE = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium' });

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** From here on a date says more than a number of days. */
const WEEKS = 14 * DAY;

/**
 * How long ago something was: `just now`, `5 minutes ago`, `yesterday`, `3 Nov 2026`.
 * @param at milliseconds since 1970
 * @param now milliseconds since 1970
 */
export function describeAge(at: number, now: number): string {
  const age = now - at;
  // A clock that was set back makes some ages negative.
  if (age < MINUTE) return 'just now';
  if (age < HOUR) return WORDS.format(-Math.floor(age / MINUTE), 'minute');
  if (age < DAY) return WORDS.format(-Math.floor(age / HOUR), 'hour');
  if (age < WEEKS) return WORDS.format(-Math.floor(age / DAY), 'day');
  return DATE.format(at);
}

/** A day for people: `3 Nov 2026`. @param at milliseconds since 1970 */
export function describeDay(at: number): string {
  return DATE.format(at);
}
