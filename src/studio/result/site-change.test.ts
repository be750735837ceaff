import { describe, expect, it } from 'vitest';
import { MAX_PREVIEW_STYLES } from '../../address/preview.ts';
import { changeToTell } from './site-change.ts';

describe('what a preview does when files have changed', () => {
  it('takes new styles while only style sheets have', () => {
    expect(changeToTell(['style.css', 'a b/ü #1.CSS', 'style.css'], false)).toEqual({
      kind: 'styles',
      paths: ['/style.css', '/a%20b/%C3%BC%20%231.CSS'],
    });
    expect(changeToTell(['public/style.css'], true)).toEqual({
      kind: 'styles',
      paths: ['/style.css'],
    });
  });

  it.each([
    [['index.html'], false],
    [['style.css', 'index.html'], false],
    [['app.js'], false],
    [['templates/style.css'], true],
    [['routes/index.ts'], true],
    [[], false],
    [Array.from({ length: MAX_PREVIEW_STYLES + 1 }, (_, at) => `${at}.css`), false],
  ])('loads the page anew after %j (project: %s)', (paths, project) => {
    expect(changeToTell(paths, project)).toEqual({ kind: 'reload' });
  });
});
