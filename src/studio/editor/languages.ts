import type { Extension } from '@codemirror/state';
import type { Language } from '../state/file-kind.ts';

/**
 * Fetches what colours a language; each has a script of its own.
 * @param siteCode the file is code that the host runs, not a page's script
 */
export async function loadLanguage(language: Language, siteCode: boolean): Promise<Extension> {
  switch (language) {
    case 'html':
      // What is typed is what stands there: a tag that closed itself would be closed twice by typing on.
      return (await import('@codemirror/lang-html')).html({ autoCloseTags: false });
    case 'css':
      return (await import('@codemirror/lang-css')).css();
    case 'javascript': {
      const [{ javascript }, { siteCompletion }] = await Promise.all([
        import('@codemirror/lang-javascript'),
        import('./site-completion.ts'),
      ]);
      return [javascript({ jsx: true, typescript: true }), siteCode ? siteCompletion() : []];
    }
    case 'json':
      return (await import('@codemirror/lang-json')).json();
    case 'markdown':
      return (await import('@codemirror/lang-markdown')).markdown();
    case 'plain':
      return [];
  }
}
