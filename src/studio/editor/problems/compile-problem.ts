import { StateEffect, StateField, type Text } from '@codemirror/state';
import type { SiteLogEntry } from '../../host.ts';
import type { Problem } from './problem.ts';

/** What the compiler says about the code that is live; undefined: nothing is wrong with it. */
export const setCompileProblem = StateEffect.define<SiteLogEntry | undefined>();

/** The compiler's message at its place, which moves with the text until that line is edited. */
export const compileProblem = StateField.define<Problem | undefined>({
  create: () => undefined,
  update(problem, { changes, docChanged, effects, newDoc }) {
    for (const effect of effects) {
      if (effect.is(setCompileProblem)) return effect.value && locate(effect.value, newDoc);
    }
    if (!problem || !docChanged) return problem;
    // It is about what was published: of a line that is another one by now it says nothing.
    if (changes.touchesRange(problem.from, problem.to)) return undefined;
    return { ...problem, from: changes.mapPos(problem.from), to: changes.mapPos(problem.to) };
  },
});

/** How many lines around the told one are searched for it, for text that was typed meanwhile. */
const NEAR_LINES = 20;

/** Where in a text an entry of the log is about; undefined when it is in none of its lines. */
export function locate(entry: SiteLogEntry, doc: Text): Problem | undefined {
  const { line: told = 1, column = 1, lineText } = entry.place ?? {};
  const number = lineText === undefined ? Math.min(told, doc.lines) : nearest(doc, told, lineText);
  if (number === undefined) return undefined;
  const line = doc.line(number);
  const indent = line.text.length - line.text.trimStart().length;
  const start = Math.min(Math.max(column - 1, indent), Math.max(line.length - 1, 0));
  const word = /^\w+/.exec(line.text.slice(start))?.[0].length ?? 1;
  const message = entry.hint === undefined ? entry.text : `${entry.text} ${entry.hint}`;
  const from = line.from + start;
  return { from, to: Math.min(from + word, Math.max(line.to, from)), severity: 'error', message };
}

/** The line with this text that is nearest to the told one. */
function nearest(doc: Text, told: number, lineText: string): number | undefined {
  const wanted = lineText.trim();
  for (let distance = 0; distance <= NEAR_LINES; distance++) {
    for (const number of [told - distance, told + distance]) {
      if (number < 1 || number > doc.lines) continue;
      const text = doc.line(number).text.trim();
      // The log shortens long lines.
      if (text === wanted || (wanted.length > 60 && text.startsWith(wanted.slice(0, 60))))
        return number;
    }
  }
  return undefined;
}
