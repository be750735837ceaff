import { createHash } from 'node:crypto';

/**
 * Puts `text` in the place of `placeholder`, which must be there exactly once.
 * @throws Error when it is not
 */
export function fillPlaceholder(template, placeholder, text) {
  const parts = template.split(placeholder);
  if (parts.length !== 2) {
    throw new Error(`The template must hold ${placeholder} exactly once.`);
  }
  return parts.join(text);
}

/** JavaScript that may stand inside a <script> element: nothing in it ends the element or opens a comment. */
export function escapeInlineScript(script) {
  return script.replace(/<(\/script)/gi, '<\\$1').replaceAll('<!--', '<\\!--');
}

/** CSS that may stand inside a <style> element. */
export function escapeInlineStyle(style) {
  return style.replace(/<(\/style)/gi, '<\\$1');
}

/** A source expression for a Content-Security-Policy that allows exactly this inline text. */
export function cspHash(text) {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
