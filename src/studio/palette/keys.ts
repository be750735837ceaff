/** Keys of commands: written as in `session/commands.ts`, `Mod-Shift-f`. */

/** What of a `KeyboardEvent` decides which command it runs. */
export type KeyPress = Pick<
  KeyboardEvent,
  'key' | 'code' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'
>;

/** One combination of keys. */
export interface Keys {
  readonly mod: boolean;
  readonly shift: boolean;
  readonly alt: boolean;
  /** As `KeyboardEvent.key`, lower case. */
  readonly key: string;
}

/** True on machines whose commands are made with Command, not with Control. */
export const isMac = /^(Mac|iP)/.test(globalThis.navigator?.platform ?? '');

/** Reads keys as commands write them. @throws TypeError if they are none */
export function parseKeys(text: string): Keys {
  // The last one may be the hyphen itself.
  const [, modifiers = '', key = ''] = /^((?:(?:Mod|Shift|Alt)-)*)(.+)$/.exec(text) ?? [];
  const names = modifiers.split('-').slice(0, -1);
  const ordered = ['Mod', 'Shift', 'Alt'].filter((name) => names.includes(name));
  const isKey = key === '-' || (key !== '' && !key.includes('-'));
  if (ordered.join() !== names.join() || !isKey) {
    throw new TypeError(`"${text}" is no combination of keys.`);
  }
  return {
    mod: names.includes('Mod'),
    shift: names.includes('Shift'),
    alt: names.includes('Alt'),
    key: key.toLowerCase(),
  };
}

/**
 * True if the keys were pressed, and no others.
 * @param mac whether `Mod` is Command
 */
export function matchesKeys(keys: Keys, press: KeyPress, mac: boolean): boolean {
  const [mod, other] = mac ? [press.metaKey, press.ctrlKey] : [press.ctrlKey, press.metaKey];
  if (other || mod !== keys.mod || press.altKey !== keys.alt) return false;
  // A sign such as `?` needs Shift or not, as the keyboard's layout has it.
  const isSign = keys.key.length === 1 && !/[a-z0-9]/.test(keys.key);
  if (!isSign && press.shiftKey !== keys.shift) return false;
  return press.key.toLowerCase() === keys.key || codeOf(keys.key) === plainCode(press);
}

/** True for keys that write something: they run nothing while somebody writes. */
export function writesText({ mod, alt, key }: Keys): boolean {
  return !mod && !alt && key.length === 1;
}

/** Keys whose name is not what stands on them. */
const KEY_LABELS: Readonly<Record<string, string>> = {
  arrowleft: '←',
  arrowright: '→',
  arrowup: '↑',
  arrowdown: '↓',
  escape: 'Esc',
  delete: 'Del',
};

/** The keys as they are printed on a keyboard, one by one: `Ctrl`, `Shift`, `F`. */
export function labelKeys(text: string, mac: boolean): readonly string[] {
  const { mod, shift, alt, key } = parseKeys(text);
  return [
    ...(mod ? [mac ? '⌘' : 'Ctrl'] : []),
    ...(shift ? [mac ? '⇧' : 'Shift'] : []),
    ...(alt ? [mac ? '⌥' : 'Alt'] : []),
    KEY_LABELS[key] ?? key.charAt(0).toUpperCase() + key.slice(1),
  ];
}

/** Alt changes what digits write on a Mac, and other alphabets what letters write: then the place counts. */
function plainCode({ key, code }: KeyPress): string | undefined {
  const isPlain = /^[\x20-\x7e]$/.test(key);
  return isPlain ? undefined : code;
}

function codeOf(key: string): string {
  if (/^[a-z]$/.test(key)) return `Key${key.toUpperCase()}`;
  return /^\d$/.test(key) ? `Digit${key}` : key;
}
