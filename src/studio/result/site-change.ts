import { MAX_PREVIEW_STYLES, type ToPreview } from '../../address/preview.ts';

/** What of a project visitors can ask for by path. */
const PUBLIC_FOLDER = 'public/';

/**
 * What a preview has to do when these live files have changed: take new styles, or load the page anew. Pages
 * that code writes may depend on any file, and scripts have run already.
 * @param project whether the site has code, with its pages in `public/`
 */
export function changeToTell(paths: readonly string[], project: boolean): ToPreview {
  const styles = new Set<string>();
  for (const path of paths) {
    const target = targetOf(path, project);
    if (target === undefined || !/\.css$/i.test(path)) return { kind: 'reload' };
    styles.add(target);
  }
  if (styles.size === 0 || styles.size > MAX_PREVIEW_STYLES) return { kind: 'reload' };
  return { kind: 'styles', paths: [...styles] };
}

/** The path in an address that stands for a file; undefined when none does. */
function targetOf(path: string, project: boolean): string | undefined {
  if (project && !path.startsWith(PUBLIC_FOLDER)) return undefined;
  const served = project ? path.slice(PUBLIC_FOLDER.length) : path;
  return `/${served.split('/').map(encodeURIComponent).join('/')}`;
}
