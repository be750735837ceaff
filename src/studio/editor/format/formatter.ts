import type { Language } from '../language-of-file.ts';

/** A text that was put in order. */
export type Formatted =
  | { readonly kind: 'formatted'; readonly text: string; readonly cursor: number }
  /** Why it was left as it is, for people. */
  | { readonly kind: 'failed'; readonly message: string };

/** Who puts a language in order. */
export type FormatterKind = 'prettier' | 'sql' | 'template';

/** Longer texts would make the tab stop while they are put in order, in characters. */
export const MAX_FORMATTED_LENGTH = 500_000;

const FORMATTERS: Partial<Readonly<Record<Language, FormatterKind>>> = {
  html: 'prettier',
  css: 'prettier',
  javascript: 'prettier',
  typescript: 'prettier',
  tsx: 'prettier',
  json: 'prettier',
  markdown: 'prettier',
  sql: 'sql',
  handlebars: 'template',
};

/** Who puts this language in order; undefined when nobody does. */
export function formatterOf(language: Language): FormatterKind | undefined {
  return FORMATTERS[language];
}

/**
 * Puts a text in order; what does it is fetched when it is first needed.
 * @param path decides what is special to a file, such as `.scss`
 * @param cursor in characters from the start; the result has it at the same place of the text
 */
export async function format(
  language: Language,
  path: string,
  text: string,
  cursor: number,
): Promise<Formatted> {
  const kind = formatterOf(language);
  if (kind === undefined) return failed('This kind of file has no fixed form.');
  if (text.length > MAX_FORMATTED_LENGTH)
    return failed('This file is too long to be put in order.');
  try {
    switch (kind) {
      case 'prettier': {
        const { formatWithPrettier } = await import('./prettier-format.ts');
        return { kind: 'formatted', ...(await formatWithPrettier(language, path, text, cursor)) };
      }
      case 'sql': {
        const { formatSql } = await import('./sql-format.ts');
        return { kind: 'formatted', text: formatSql(text), cursor };
      }
      case 'template': {
        const { indentTemplate } = await import('./indent-template.ts');
        return { kind: 'formatted', text: indentTemplate(text), cursor };
      }
    }
  } catch (thrown) {
    return failed(describeFailure(thrown));
  }
}

/** What a formatter's error says in one line, with the place if it tells one. */
export function describeFailure(thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const first = message.split('\n', 1)[0] ?? '';
  const place = /\((\d+):\d+\)/.exec(first)?.[1] ?? /\bline (\d+)/.exec(message)?.[1];
  if (/dynamically imported module|Failed to fetch|error loading/i.test(message)) {
    return 'The formatter could not be fetched. Is this computer online?';
  }
  const reason = first.replace(/\s*\(\d+:\d+\)\s*$/, '').replace(/^SyntaxError:\s*/, '');
  const line = place === undefined ? '' : ` Look at line ${place}.`;
  return `The text was left as it is, because it cannot be read: ${reason.replace(/\.?$/, '.')}${line}`;
}

function failed(message: string): Formatted {
  return { kind: 'failed', message };
}
