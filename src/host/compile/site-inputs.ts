import { asPeerServerError, PeerServerError } from '../../protocol/errors.ts';
import type { SiteLogEntry } from '../site-log.ts';
import type { ProjectSources } from './project-sources.ts';
import type { SiteParts } from './site-parts.ts';

/** Templates that can be read; of the others, what is wrong. */
export async function readTemplates(
  parts: SiteParts,
  sources: ProjectSources,
  inputs: Map<string, string>,
  signal: AbortSignal,
  now: number,
): Promise<{ texts: ReadonlyMap<string, string>; problems: readonly SiteLogEntry[] }> {
  const texts = new Map<string, string>();
  const problems: SiteLogEntry[] = [];
  for (const path of parts.templates) {
    try {
      const text = await sources.text(path, signal);
      inputs.set(path, text);
      texts.set(path, text);
    } catch (thrown) {
      throwIfCancelled(signal);
      const { message } = asPeerServerError(thrown, 'storage-failed');
      problems.push({
        at: now,
        level: 'error',
        source: 'compile',
        text: message,
        place: { file: path },
      });
    }
  }
  return { texts, problems };
}

const TYPESCRIPT_SETTINGS = 'tsconfig.json';
const DEFAULT_JSX = 'hono/jsx';

/** Where JSX comes from: of the site's `tsconfig.json` this is what counts, and nothing else of it. */
export async function jsxSource(
  sources: ProjectSources,
  paths: ReadonlySet<string>,
  inputs: Map<string, string>,
  signal: AbortSignal,
): Promise<string> {
  if (!paths.has(TYPESCRIPT_SETTINGS)) return DEFAULT_JSX;
  const text = await sources.text(TYPESCRIPT_SETTINGS, signal);
  inputs.set(TYPESCRIPT_SETTINGS, text);
  // Not parsed as JSON: it may have comments.
  return /"jsxImportSource"\s*:\s*"([^"\\]+)"/.exec(text)?.[1] ?? DEFAULT_JSX;
}

/** Throws `cancelled` when nobody waits for the compilation any more. */
export function throwIfCancelled(signal: AbortSignal): void {
  if (!signal.aborted) return;
  throw new PeerServerError('cancelled', 'The compilation was cancelled.', {
    cause: signal.reason,
  });
}
