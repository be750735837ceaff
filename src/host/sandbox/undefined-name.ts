import { nearestName } from '../nearest-name.ts';

/** Files longer than this are not searched for names, in characters. */
const MAX_SEARCHED = 200_000;
const NAME = /[\p{ID_Start}$_][\p{ID_Continue}$]*/gu;
/** As the message itself, and as an error that was logged is shown. */
const NOT_DEFINED = /(?:^|ReferenceError: )([\p{ID_Start}$_][\p{ID_Continue}$]*) is not defined/u;

/** Longer messages than engines make about a name. */
const MAX_MESSAGE = 300;
/** An engine's message about something that is no function or list, where the name ends in a number. */
const NUMBERED_NAME = /^(?:TypeError: )?([A-Za-z_$][\w$]*?)(\d+)(?![\w$])[\w$.()[\]]* is not /;

/**
 * What an engine says about `items2` in the words of the author, who wrote `items`: the bundler numbers names
 * that several files have.
 * @param source text of the file that it happened in
 * @returns puts the author's name into a text
 */
export function authorsNames(
  message: string,
  source: string | undefined,
): (text: string) => string {
  const asItIs = (text: string) => text;
  if (source === undefined || source.length > MAX_SEARCHED) return asItIs;
  const [, name = '', number = ''] = NUMBERED_NAME.exec(message.slice(0, MAX_MESSAGE)) ?? [];
  const names = new Set(source.match(NAME));
  if (name === '' || !names.has(name) || names.has(name + number)) return asItIs;
  return (text) => text.replaceAll(name + number, () => name);
}

/**
 * What is probably wrong with a name that nothing has: the host has the text of the file, which the runtime has
 * not, and so the names in it. Undefined for messages about something else.
 * @param message an engine's: `itmes is not defined`
 * @param source text of the file that it happened in
 */
export function undefinedNameHint(message: string, source: string | undefined): string | undefined {
  const name = NOT_DEFINED.exec(message)?.[1];
  if (name === undefined) return undefined;
  const searched = source !== undefined && source.length <= MAX_SEARCHED ? source : '';
  const names = new Set(searched.match(NAME));
  names.delete(name);
  const meant = nearestName(name, names);
  if (meant !== undefined) return `There is no "${name}" here. Did you mean "${meant}"?`;
  return `There is no "${name}" here. Is it misspelled, or is an import missing?`;
}
