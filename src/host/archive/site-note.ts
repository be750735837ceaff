/** `.peerserver/site.json`: what makes an archive ours, and what no file can say. */
import { refusedArchive } from './damage.ts';

export interface SiteNote {
  /** The name of the server that it was made of. */
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly exportedAt: number;
  /** Paths of live files that the draft has no more. */
  readonly removedFromDraft: readonly string[];
}

const FORMAT = 1;

/** The note as a file. */
export function siteNoteText({ name, exportedAt, removedFromDraft }: SiteNote): string {
  const note = {
    format: FORMAT,
    name,
    exportedAt: new Date(exportedAt).toISOString(),
    removedFromDraft,
  };
  return `${JSON.stringify(note, null, 2)}\n`;
}

/**
 * Reads a note, which anybody may have written; the paths in it are unchecked.
 * @throws PeerServerError bad-input
 */
export function parseSiteNote(text: string): SiteNote {
  const fields = fieldsOf(text);
  if (typeof fields.format === 'number' && fields.format > FORMAT) {
    throw refusedArchive(
      'This archive was made by a newer version of PeerServer. Reload the page to get it.',
    );
  }
  const { name, exportedAt, removedFromDraft } = fields;
  const at = typeof exportedAt === 'string' ? Date.parse(exportedAt) : Number.NaN;
  const ok = fields.format === FORMAT && typeof name === 'string' && !Number.isNaN(at);
  if (!ok || !isTexts(removedFromDraft)) throw malformed();
  return { name, exportedAt: at, removedFromDraft };
}

function fieldsOf(text: string): Partial<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (thrown) {
    throw malformed(thrown);
  }
  if (typeof value !== 'object' || value === null) throw malformed();
  return { ...value };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function malformed(cause?: unknown) {
  const text = 'The note “.peerserver/site.json” in this archive makes no sense.';
  return refusedArchive(`${text} Take that folder out of the archive to import its files.`, cause);
}
