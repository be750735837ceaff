/** The dates of `Expires`, as leniently as RFC 6265bis, 5.1.1 reads them; `Date.parse` differs by browser. */

const DELIMITERS = /[\t\x20-\x2f\x3b-\x40\x5b-\x60\x7b-\x7e]+/;
const TIME = /^(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\D|$)/;
const DAY = /^(\d{1,2})(?:\D|$)/;
const MONTH = /^(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)/i;
const YEAR = /^(\d{2,4})(?:\D|$)/;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Milliseconds since 1970, or undefined when it is no date. */
export function parseCookieDate(text: string): number | undefined {
  let time: RegExpExecArray | undefined;
  let day: number | undefined;
  let month: number | undefined;
  let year: number | undefined;
  for (const token of text.split(DELIMITERS)) {
    const asTime = time ? null : TIME.exec(token);
    const asDay = day === undefined ? DAY.exec(token) : null;
    const asMonth = month === undefined ? MONTH.exec(token) : null;
    const asYear = year === undefined ? YEAR.exec(token) : null;
    if (asTime) time = asTime;
    else if (asDay) day = Number(asDay[1]);
    else if (asMonth) month = MONTHS.indexOf((asMonth[1] ?? '').toLowerCase());
    else if (asYear) year = fullYear(Number(asYear[1]));
  }
  if (!time || day === undefined || month === undefined || year === undefined) return undefined;
  const [hours, minutes, seconds] = time.slice(1).map(Number);
  if (hours === undefined || minutes === undefined || seconds === undefined) return undefined;
  if (year < 1601 || hours > 23 || minutes > 59 || seconds > 59) return undefined;
  const date = new Date(Date.UTC(year, month, day, hours, minutes, seconds));
  // A 31st of February would have become a day in March.
  return date.getUTCDate() === day ? date.getTime() : undefined;
}

function fullYear(year: number): number {
  if (year >= 70 && year <= 99) return year + 1900;
  return year < 70 ? year + 2000 : year;
}
