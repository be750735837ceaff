import type { CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { html } from '@codemirror/lang-html';
import { LanguageSupport } from '@codemirror/language';
import { handlebarsLanguage } from '@xiechao/codemirror-lang-handlebars';

/** Handlebars' own helpers, as they are typed behind `{{`. */
const HELPERS: Readonly<Record<string, string>> = {
  '#if': '{{#if value}} … {{else}} … {{/if}}',
  '#unless': 'The opposite of #if',
  '#each': '{{#each list}} {{this}} {{/each}}',
  '#with': '{{#with object}}: its properties without its name',
  else: 'Otherwise, within #if, #unless or #each',
  'else if': 'Otherwise, if',
  '/if': 'Ends #if',
  '/unless': 'Ends #unless',
  '/each': 'Ends #each',
  '/with': 'Ends #with',
  this: 'The item itself, within #each',
  '@index': 'The item’s number within #each, from 0',
  '@key': 'The property’s name within #each',
  '@first': 'True for the first item within #each',
  '@last': 'True for the last item within #each',
  lookup: 'lookup object name: a property whose name is a value',
};

/** Handlebars around HTML, with what both offer. */
export function handlebars(): LanguageSupport {
  return new LanguageSupport(handlebarsLanguage, [
    handlebarsLanguage.data.of({
      autocomplete: completeHelpers,
      commentTokens: { block: { open: '{{!--', close: '--}}' } },
    }),
    html({ autoCloseTags: false }).support,
  ]);
}

/** Offers what can stand behind `{{`. */
export function completeHelpers({ state, pos }: CompletionContext): CompletionResult | null {
  const line = state.doc.lineAt(pos);
  const typed = /\{\{~?([#/@]?\w*)$/.exec(state.sliceDoc(line.from, pos))?.[1];
  if (typed === undefined) return null;
  const options = Object.entries(HELPERS).map(([label, info]) => ({
    label,
    info,
    type: 'keyword',
  }));
  return { from: pos - typed.length, options, validFor: /^[#/@]?\w*$/ };
}
