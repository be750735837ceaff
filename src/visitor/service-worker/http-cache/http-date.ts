/** The old form with two digits of the year, which recipients have to understand (RFC 9110, 5.6.7). */
const TWO_DIGIT_YEAR = /^[a-z]+, (\d\d)-([a-z]{3})-(\d\d) (\d\d:\d\d:\d\d GMT)$/i;

/**
 * Reads a date of HTTP in any of its forms.
 * @param now the present in ms since 1970: a year of two digits is at most 50 years ahead of it
 * @returns ms since 1970; NaN for what is no date
 */
export function parseHttpDate(text: string, now: number): number {
  const [, day, month, year, time] = TWO_DIGIT_YEAR.exec(text.trim()) ?? [];
  if (year === undefined) return Date.parse(text);
  const present = new Date(now).getUTCFullYear();
  const inThisCentury = present - (present % 100) + Number(year);
  const meant = inThisCentury > present + 50 ? inThisCentury - 100 : inThisCentury;
  return Date.parse(`${day} ${month} ${meant} ${time}`);
}
