/** What the bundler's errors probably come from, for somebody who learns. */
import { nearestName } from '../nearest-name.ts';
import { CONTEXT_NAMES } from '../runtime/errors/likely-cause.ts';
import { RUNTIME_EXPORT_NAMES, RUNTIME_MODULE } from './runtime-module.ts';

const RULES: readonly (readonly [pattern: RegExp, hint: string])[] = [
  [
    /^Unterminated string literal/,
    'A text ends in the line in which it begins: is its second quotation mark missing? A text of several lines stands between `backticks`.',
  ],
  [
    /^Unterminated template literal|^Unterminated regular expression/,
    'Something is not closed before this place: look for a missing `}`, backtick or quotation mark.',
  ],
  [
    /^Unexpected end of file|found end of file/,
    'A bracket is not closed: each (, [ and { needs its ), ] or }.',
  ],
  [
    /^Expected "([)\]}])" but found/,
    'A closing bracket is missing, or something before this place does not belong there.',
  ],
  [
    /^Expected |^Unexpected /,
    'Look at what stands right before this place: a comma, an operator, a quotation mark or a bracket too many or too few.',
  ],
];

/** The likely cause of a syntax error; undefined for one that says enough. */
export function syntaxHint(message: string): string | undefined {
  return RULES.find(([pattern]) => pattern.test(message))?.[1];
}

const NO_EXPORT = /^No matching export in "(?:site:)?(.+)" for import "(.+)"$/;
const DECLARED =
  /^\s*export\s+(?:async\s+)?(?:function\*?|const|let|var|class|enum)\s+([\p{ID_Start}$_][\p{ID_Continue}$]*)/gmu;

const NO_EXPORT_OF_OURS = /^No matching export in "peerserver:runtime" for import "(.+)"$/;

/** For a name that `peerserver` does not export; undefined for other messages. */
export function runtimeImportProblem(
  message: string,
): { readonly text: string; readonly hint: string } | undefined {
  const name = NO_EXPORT_OF_OURS.exec(message)?.[1];
  if (name === undefined) return undefined;
  if (name === 'default') {
    const text = `${RUNTIME_MODULE} has no \`export default\`.`;
    return {
      text,
      hint: `Name what you import in braces: \`import { redirect } from '${RUNTIME_MODULE}'\`.`,
    };
  }
  const text = `${RUNTIME_MODULE} has no \`${name}\`.`;
  if (CONTEXT_NAMES.some((known) => known === name)) {
    const hint = `\`${name}\` comes in the handler's argument: \`export function GET({ ${name} })\`.`;
    return { text, hint };
  }
  const near = nearestName(name, RUNTIME_EXPORT_NAMES);
  const hint = near
    ? `Did you mean \`${near}\`?`
    : `It has ${RUNTIME_EXPORT_NAMES.map((known) => `\`${known}\``).join(', ')}.`;
  return { text, hint };
}

/**
 * For a name that is imported from a file of the site and not exported there.
 * @param textOf a file of the site
 */
export function exportHint(
  message: string,
  textOf: (file: string) => string | undefined,
): string | undefined {
  const [, file, name] = NO_EXPORT.exec(message) ?? [];
  if (file === undefined || name === undefined) return undefined;
  const text = textOf(file);
  if (text === undefined) return undefined;
  if (name === 'default') {
    return `${file} has no \`export default\`: name what you import in braces, \`import { … } from\`.`;
  }
  const exported = [...text.matchAll(DECLARED)].map(([, found = '']) => found);
  const near = nearestName(name, exported);
  if (near !== undefined) return `Did you mean \`${near}\`?`;
  return `Write \`export\` before \`${name}\` in ${file}, or correct the name here.`;
}
