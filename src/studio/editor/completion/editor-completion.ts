import { type CompletionSource, completeAnyWord } from '@codemirror/autocomplete';
import { EditorState, type Extension } from '@codemirror/state';
import type { SiteKnowledge } from '../languages.ts';
import { completePaths } from './path-completion.ts';

/** What is offered in every language: the site's files where one is named, and, when asked for, words. */
export function pathAndWordCompletion(site: SiteKnowledge): Extension {
  const sources = [completePaths(site.path, site.paths), completeWords].map((autocomplete) => ({
    autocomplete,
  }));
  return EditorState.languageData.of(() => sources);
}

/** Only when asked for: otherwise any word that ends a line would be replaced by a longer one. */
const completeWords: CompletionSource = (context) =>
  context.explicit ? completeAnyWord(context) : null;
