import type { Plugin } from 'prettier';
import { formatWithCursor } from 'prettier/standalone';
import type { Language } from '../language-of-file.ts';

/** Loaded on demand. The parser of each language has a script of its own, too. */

/** As the templates and the examples are written. */
const STYLE = { singleQuote: true, printWidth: 100 } as const;

/** @throws what Prettier throws for a text that it cannot read */
export async function formatWithPrettier(
  language: Language,
  path: string,
  text: string,
  cursor: number,
): Promise<{ text: string; cursor: number }> {
  const { formatted, cursorOffset } = await formatWithCursor(text, {
    ...STYLE,
    parser: parserOf(language, path),
    plugins: await pluginsOf(language),
    cursorOffset: cursor,
    // A page's own quotes stay double, as everybody writes HTML.
    ...(language === 'html' && { singleQuote: false }),
  });
  return { text: formatted, cursor: Math.max(cursorOffset, 0) };
}

function parserOf(language: Language, path: string): string {
  switch (language) {
    case 'css':
      return /\.(scss|less)$/i.exec(path)?.[1]?.toLowerCase() ?? 'css';
    case 'javascript':
      return 'babel';
    case 'typescript':
    case 'tsx':
      return 'babel-ts';
    case 'json':
      return /\.json5$/i.test(path) ? 'json5' : 'json';
    default:
      return language;
  }
}

async function pluginsOf(language: Language): Promise<Plugin[]> {
  const script = () => [import('prettier/plugins/babel'), import('prettier/plugins/estree')];
  switch (language) {
    case 'html':
      return bring([
        import('prettier/plugins/html'),
        import('prettier/plugins/postcss'),
        ...script(),
      ]);
    case 'css':
      return bring([import('prettier/plugins/postcss')]);
    case 'markdown':
      return bring([
        import('prettier/plugins/markdown'),
        import('prettier/plugins/postcss'),
        import('prettier/plugins/html'),
        ...script(),
      ]);
    default:
      return bring(script());
  }
}

async function bring(modules: Promise<unknown>[]): Promise<Plugin[]> {
  return (await Promise.all(modules)) as Plugin[];
}
