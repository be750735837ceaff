import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { type PathUse, sitePaths } from './site-paths.ts';

/** Text before the cursor that says which paths fit; what was typed of one is the first group. */
const PLACES: readonly (readonly [RegExp, PathUse])[] = [
  [/\b(?:href|src|action|poster|srcset)\s*=\s*["']([^"'\s]*)$/i, 'address'],
  [/\burl\(\s*["']?([^"')\s]*)$/i, 'address'],
  [/@import\s+["']([^"']*)$/, 'address'],
  [/\b(?:fetch|redirect|EventSource|WebSocket)\(\s*["'`]([^"'`]*)$/, 'address'],
  [/\brender\(\s*["'`]([^"'`]*)$/, 'template'],
  [/\bfile\(\s*["'`]([^"'`]*)$/, 'public-file'],
  [/\b(?:from|import)\s*\(?\s*["']([^"']*)$/, 'import'],
  [/\{\{~?#?>\s*([\w./-]*)$/, 'partial'],
];

/** How much of the text before the cursor is looked at, in characters. */
const LOOK_BACK = 300;

/**
 * Offers the site's own files where one is named.
 * @param from path of the file in the editor
 * @param paths all files of the site, as they are at that moment
 */
export function completePaths(from: string, paths: () => readonly string[]) {
  return ({ state, pos }: CompletionContext): CompletionResult | null => {
    const line = state.doc.lineAt(pos);
    const before = state.sliceDoc(Math.max(line.from, pos - LOOK_BACK), pos);
    for (const [pattern, use] of PLACES) {
      const typed = pattern.exec(before)?.[1];
      if (typed === undefined) continue;
      const options = sitePaths(use, from, paths()).map(toCompletion);
      return { from: pos - typed.length, options, validFor: /^[^"'`\s]*$/ };
    }
    return null;
  };
}

/** Before what the language itself offers there, which knows no files. */
function toCompletion(label: string): Completion {
  return { label, type: 'file', boost: 50 };
}
