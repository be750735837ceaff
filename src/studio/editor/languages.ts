import type { CompletionSource } from '@codemirror/autocomplete';
import type { Extension } from '@codemirror/state';
import type { TableSchema } from './completion/table-schema.ts';
import type { Language } from './language-of-file.ts';

/** What of a site the editor may offer. */
export interface SiteKnowledge {
  /** Path of the file in the editor. */
  readonly path: string;
  /** True for code that the host runs. */
  readonly siteCode: boolean;
  /** All files of the site, as they are now. */
  readonly paths: () => readonly string[];
  /** The database's tables, as far as they are known. */
  readonly schema: () => Promise<TableSchema>;
}

/** Fetches what colours a language and what it offers; each has a script of its own. */
export async function loadLanguage(language: Language, site: SiteKnowledge): Promise<Extension> {
  switch (language) {
    case 'html':
      return loadHtml();
    case 'xml':
      return (await import('@codemirror/lang-html')).htmlLanguage;
    case 'css':
      return (await import('@codemirror/lang-css')).css();
    case 'javascript':
    case 'typescript':
    case 'tsx':
      return loadScript(language, site);
    case 'json':
      return (await import('@codemirror/lang-json')).json();
    case 'markdown': {
      const { markdown, markdownLanguage } = await import('@codemirror/lang-markdown');
      return markdown({ base: markdownLanguage, completeHTMLTags: false });
    }
    case 'sql':
      return loadSql(site);
    case 'handlebars':
      return (await import('./handlebars-language.ts')).handlebars();
    case 'plain':
      return [];
  }
}

async function loadHtml(): Promise<Extension> {
  // What is typed is what stands there: a tag that closed itself would be closed twice by typing on.
  return (await import('@codemirror/lang-html')).html({ autoCloseTags: false });
}

async function loadSql(site: SiteKnowledge): Promise<Extension> {
  const { SQLite, schemaCompletionSource, sql } = await import('@codemirror/lang-sql');
  // Asked for each time: tables come and go while the file is open.
  const autocomplete: CompletionSource = async (context) =>
    schemaCompletionSource({ dialect: SQLite, schema: await site.schema() })(context);
  return [
    sql({ dialect: SQLite, upperCaseKeywords: true }),
    SQLite.language.data.of({ autocomplete }),
  ];
}

async function loadScript(
  language: 'javascript' | 'typescript' | 'tsx',
  site: SiteKnowledge,
): Promise<Extension> {
  const { javascript, jsxLanguage, tsxLanguage, typescriptLanguage } = await import(
    '@codemirror/lang-javascript'
  );
  const languages = { javascript: jsxLanguage, typescript: typescriptLanguage, tsx: tsxLanguage };
  const support = [
    languages[language],
    // Without `jsx`, which would bring tags that close themselves.
    javascript({ typescript: language !== 'javascript' }).support,
  ];
  if (!site.siteCode) return support;
  const { completeSiteCode } = await import('./completion/site-completion.ts');
  const { completeRoute } = await import('./completion/route-snippets.ts');
  const sources: CompletionSource[] = [completeSiteCode];
  if (site.path.startsWith('routes/')) sources.push(completeRoute);
  const { data } = languages[language];
  return [...support, sources.map((autocomplete) => data.of({ autocomplete }))];
}
