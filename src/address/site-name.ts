/**
 * Site names. A name is one DNS label, because it becomes the first label of the site's own origin:
 * `garden` is served at `http://garden.localhost:8890`.
 */

/** Labels that mean something else to people, to browsers or to us. */
const RESERVED = new Set([
  'admin',
  'api',
  'app',
  'assets',
  'blog',
  'cdn',
  'connect',
  'docs',
  'example',
  'ftp',
  'help',
  'home',
  'imap',
  'localhost',
  'login',
  'mail',
  'ns',
  'ns1',
  'ns2',
  'peerserver',
  'pop',
  'server',
  'signal',
  'signaling',
  'smtp',
  'static',
  'status',
  'stun',
  'support',
  'test',
  'turn',
  'webmail',
  'wpad',
  'www',
]);

/** Longest DNS label, in characters (RFC 1035, section 2.3.4). */
export const MAX_NAME_LENGTH = 63;

declare const siteNameBrand: unique symbol;
/** A name that has passed `parseSiteName`: lower case, a valid DNS label, not reserved. */
export type SiteName = string & { readonly [siteNameBrand]: true };

export type NameProblem =
  | 'empty'
  | 'too-long'
  | 'characters'
  | 'hyphen-at-end'
  | 'punycode'
  | 'reserved';

export type ParsedName =
  | { readonly ok: true; readonly name: SiteName }
  | {
      readonly ok: false;
      readonly problem: NameProblem;
      /** One sentence for people: what is wrong and what is allowed. */
      readonly message: string;
    };

const MESSAGES: Record<NameProblem, string> = {
  empty: 'Type a name for your server.',
  'too-long': `A name has at most ${MAX_NAME_LENGTH} characters.`,
  characters: 'Use only the letters a to z, digits and hyphens.',
  'hyphen-at-end': 'A name begins and ends with a letter or a digit.',
  punycode: 'A name cannot have two hyphens as its third and fourth characters.',
  reserved: 'This name is reserved.',
};

/**
 * Reads what somebody typed as a site name. Case and surrounding blanks are forgiven; nothing else is.
 */
export function parseSiteName(input: string): ParsedName {
  const name = input.trim().toLowerCase();
  const problem = findProblem(name);
  if (problem) return { ok: false, problem, message: MESSAGES[problem] };
  return { ok: true, name: name as SiteName };
}

function findProblem(name: string): NameProblem | undefined {
  if (name === '') return 'empty';
  if (!/^[a-z0-9-]+$/.test(name)) return 'characters';
  if (name.length > MAX_NAME_LENGTH) return 'too-long';
  if (name.startsWith('-') || name.endsWith('-')) return 'hyphen-at-end';
  // Labels of this shape (`xn--…`) are kept by IDNA for encodings of other scripts.
  if (name.slice(2, 4) === '--') return 'punycode';
  if (RESERVED.has(name)) return 'reserved';
  return undefined;
}

/** What was typed as far as it can be used in a name; empty when nothing of it can. */
function usablePart(input: string, maxLength: number): string {
  return input
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, maxLength)
    .replace(/-+$/, '');
}

/** The name that somebody may have meant who typed one that is not allowed: `Bad Name!` is `bad-name`. */
export function mendName(input: string): SiteName | undefined {
  const parsed = parseSiteName(usablePart(input, MAX_NAME_LENGTH));
  return parsed.ok ? parsed.name : undefined;
}

const ANIMALS = [
  'badger',
  'bison',
  'crane',
  'dolphin',
  'falcon',
  'ferret',
  'finch',
  'gecko',
  'heron',
  'ibex',
  'jackdaw',
  'koala',
  'lemur',
  'lynx',
  'marmot',
  'newt',
  'ocelot',
  'otter',
  'panda',
  'puffin',
  'quokka',
  'robin',
  'seal',
  'stork',
  'swift',
  'tapir',
  'toucan',
  'walrus',
  'wombat',
  'yak',
];

/** What of the wish is kept in a suggestion; leaves room for an animal and a number within one label. */
const KEPT_CHARACTERS = 40;

/**
 * A name to offer instead of one that is taken or not allowed: what was typed, as far as it is usable, with an
 * animal behind it (`garden-heron`); with nothing usable an animal and a number (`heron-42`). Always valid;
 * whether it is free, the caller has to ask, trying again with a higher `attempt`.
 * @param random a number in [0, 1), e.g. Math.random()
 * @param attempt 0 at first; from 1 on a number is added, which grows by a digit each time, so that some
 *   attempt is free however many names are taken
 */
export function suggestName(input: string, random: number, attempt = 0): SiteName {
  const usable = usablePart(input, KEPT_CHARACTERS);
  const animal = ANIMALS[Math.floor(random * ANIMALS.length)] ?? 'otter';
  // The fraction behind the choice of the animal chooses the number, so that one random value does for both.
  const fraction = (random * ANIMALS.length) % 1;
  const digits = Math.min(attempt, 12) + 1;
  const number = 10 ** digits + Math.floor(fraction * 9 * 10 ** digits);
  // Runs of hyphens are gone and no reserved name has an animal or such a number, so it is always valid.
  const suggestion =
    attempt === 0 && usable ? `${usable}-${animal}` : `${usable || animal}-${number}`;
  return suggestion as SiteName;
}
