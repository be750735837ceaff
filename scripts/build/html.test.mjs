import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { cspHash, escapeInlineScript, escapeInlineStyle, fillPlaceholder } from './html.mjs';

describe('building HTML', () => {
  it('fills a placeholder with text that means something to String.replace', () => {
    expect(fillPlaceholder('<i>/*x*/</i>', '/*x*/', "$& $' $$")).toBe("<i>$& $' $$</i>");
  });

  it.each(['none', '/*x*/ and /*x*/'])('refuses the template "%s"', (template) => {
    expect(() => fillPlaceholder(template, '/*x*/', '')).toThrow('exactly once');
  });

  it('keeps a script from ending its element or beginning a comment, and its meaning', () => {
    const script = 'return ["</script>", "</SCRIPT ", "<!--"].join("")';
    const escaped = escapeInlineScript(script);
    expect(escaped).not.toMatch(/<\/script|<!--/i);
    expect(new Function(escaped)()).toBe('</script></SCRIPT <!--');
  });

  it('keeps a style from ending its element', () => {
    expect(escapeInlineStyle('a::after{content:"</style>"}')).not.toMatch(/<\/style/i);
  });

  it('hashes an inline text as browsers do', () => {
    const digest = createHash('sha256').update('let a = "ö";', 'utf8').digest('base64');
    expect(cspHash('let a = "ö";')).toBe(`'sha256-${digest}'`);
  });
});
