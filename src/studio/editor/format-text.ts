import type { CodeEditor } from './code-editor.ts';
import { format } from './format/formatter.ts';
import type { Language } from './language-of-file.ts';

/**
 * Puts an editor's text in order, as one edit that can be undone.
 * @returns why the text was left as it is, for people; undefined when it is in order
 */
export async function formatText(
  editor: CodeEditor | undefined,
  language: Language,
  path: string,
): Promise<string | undefined> {
  if (!editor) return undefined;
  // The formatters count a line break as one character, as the editor's positions do.
  const before = editor.text();
  const text = before.replaceAll('\r\n', '\n');
  const formatted = await format(language, path, text, editor.cursor());
  if (formatted.kind === 'failed') return formatted.message;
  if (editor.text() !== before)
    return 'You went on typing, so the text was left as it is. Try again.';
  editor.rewrite(formatted.text, formatted.cursor);
  return undefined;
}
