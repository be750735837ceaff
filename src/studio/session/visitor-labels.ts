/** Visitors whose label is remembered when they are gone; a crowd beyond it is called anew when it returns. */
export const MAX_REMEMBERED_VISITORS = 5_000;

/** What the author's own visits are called. */
const OWN_LABEL = 'You';

/** What visitors are called in this tab: `Visitor 3`, or `You`. */
export interface VisitorLabels {
  /**
   * The label of a visitor, the same each time it comes back; who is new gets the next number.
   * @param key the visitor's public key
   */
  of(key: string): string;
}

/** @param isOwn whether a visitor is the author of the site */
export function createVisitorLabels(isOwn: (key: string) => boolean = () => false): VisitorLabels {
  const numbers = new Map<string, number>();
  let last = 0;
  return {
    of(key) {
      if (isOwn(key)) return OWN_LABEL;
      let number = numbers.get(key);
      if (number === undefined) {
        last += 1;
        number = last;
      } else numbers.delete(key);
      // Put behind all others: the one that was not seen for the longest time is forgotten first.
      numbers.set(key, number);
      for (const oldest of numbers.keys()) {
        if (numbers.size <= MAX_REMEMBERED_VISITORS) break;
        numbers.delete(oldest);
      }
      return `Visitor ${number}`;
    },
  };
}
