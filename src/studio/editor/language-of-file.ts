/** Languages that the editor knows. */
export type Language =
  | 'html'
  | 'xml'
  | 'css'
  | 'javascript'
  | 'typescript'
  | 'tsx'
  | 'json'
  | 'markdown'
  | 'sql'
  | 'handlebars'
  | 'plain';

const LANGUAGES: readonly (readonly [RegExp, Language])[] = [
  [/\.(html?|vue)$/i, 'html'],
  [/\.(svg|xml|xhtml|rss|atom)$/i, 'xml'],
  [/\.(css|scss|less)$/i, 'css'],
  [/\.[mc]?ts$/i, 'typescript'],
  [/\.tsx$/i, 'tsx'],
  [/\.([mc]?js|jsx)$/i, 'javascript'],
  [/\.(json5?|map|webmanifest)$/i, 'json'],
  [/\.(md|markdown)$/i, 'markdown'],
  [/\.sql$/i, 'sql'],
  [/\.(hbs|handlebars)$/i, 'handlebars'],
];

/** The language of a file's text, by its path. */
export function languageOfFile(path: string): Language {
  return LANGUAGES.find(([pattern]) => pattern.test(path))?.[1] ?? 'plain';
}
