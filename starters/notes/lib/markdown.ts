/** Makes HTML of Markdown, and trusts nobody: anybody may write a note, and everybody reads it. */
import { Marked } from 'marked';

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escapeHtml = (text: string) =>
  text.replaceAll(/[&<>"]/g, (character) => escapes[character] ?? '');

/** Only such links are safe to click: a link can also be a script (`javascript:…`). */
const isSafe = (href: string) => /^(https?:|mailto:|\/|#)/i.test(href.trim());

const marked = new Marked({
  gfm: true,
  breaks: true,
  renderer: {
    // HTML within Markdown is shown as it was typed: a <script> would run in the reader's browser.
    html: ({ text }) => escapeHtml(text),
    link({ href, tokens }) {
      const text = this.parser.parseInline(tokens);
      return isSafe(href)
        ? `<a href="${escapeHtml(href)}" rel="noopener nofollow">${text}</a>`
        : text;
    },
    image({ href, text }) {
      return isSafe(href)
        ? `<img src="${escapeHtml(href)}" alt="${escapeHtml(text)}">`
        : escapeHtml(text);
    },
    // The note's own title is the page's h1; headings inside begin one level below.
    heading({ tokens, depth }) {
      const level = Math.min(depth + 1, 6);
      return `<h${level}>${this.parser.parseInline(tokens)}</h${level}>`;
    },
  },
});

export function toHtml(markdown: string): string {
  return marked.parse(markdown, { async: false });
}
