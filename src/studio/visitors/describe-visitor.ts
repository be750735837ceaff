import type { VisitorInfo } from '../host.ts';

/** How a connection runs, in a word or two. */
export function describeRoute(route: VisitorInfo['route']): string {
  switch (route) {
    case 'direct':
      return 'Direct';
    case 'relayed':
      return 'Relayed';
    case 'memory':
      return 'In this tab';
    case 'unknown':
      return 'Not known';
  }
}

/** What the word means, for those who wonder. */
export function explainRoute(route: VisitorInfo['route']): string {
  switch (route) {
    case 'direct':
      return 'Straight from this browser to the visitor’s.';
    case 'relayed':
      return 'Encrypted, through a relay server, as no straight way was found.';
    case 'memory':
      return 'The visitor is in this very tab.';
    case 'unknown':
      return 'The browser does not tell.';
  }
}

/**
 * How long something has lasted: `just now`, `12 min`, `3 h 5 min`, `2 d 4 h`.
 * @param ms milliseconds
 */
export function formatAge(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return joined(`${hours} h`, minutes % 60, 'min');
  return joined(`${Math.floor(hours / 24)} d`, hours % 24, 'h');
}

function joined(large: string, rest: number, unit: string): string {
  return rest === 0 ? large : `${large} ${rest} ${unit}`;
}

/** The beginning of a fingerprint: enough to tell the visitors of a moment apart. */
export function shortFingerprint(fingerprint: string): string {
  return fingerprint.slice(0, 9);
}
