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

/**
 * A name to offer instead of one that is taken or not allowed: what was typed as far as it is usable,
 * else an animal, with a number from 2 to 99 or, on later attempts, a larger one.
 * @param random a number in [0, 1), e.g. Math.random()
 */
export function suggestName(input: string, random: number): SiteName {
  const usable = input
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  const animal = ANIMALS[Math.floor(random * ANIMALS.length)] ?? 'otter';
  const number = 2 + Math.floor(((random * 7919) % 1) * 98);
  for (const candidate of [
    usable ? `${usable}-${animal}` : `${animal}-${number}`,
    `${animal}-${number}`,
  ]) {
    const parsed = parseSiteName(candidate);
    if (parsed.ok) return parsed.name;
  }
  return 'otter-2' as SiteName;
}
