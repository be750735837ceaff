/** How the editor's pane shows a file. */
export type FileKind = 'text' | 'image' | 'audio' | 'video' | 'pdf' | 'font' | 'other';

/** Above this size a text is not opened for editing: the editor would make the tab stop while it parses. */
export const MAX_EDITABLE_BYTES = 2_000_000;

const TEXT_TYPES =
  /^(text\/|application\/(json|javascript|ecmascript|xml|manifest\+json|typescript|x-sh|toml|yaml|sql)|image\/svg\+xml|.*\+(json|xml)$)/;
const TEXT_EXTENSIONS =
  /\.(html?|css|m?[jt]sx?|cjs|json5?|map|webmanifest|md|markdown|txt|csv|tsv|xml|svg|ya?ml|toml|ini|sql|sh|hbs|ics|vtt|glsl)$/i;

/** True for a picture that is a text: it is edited as such, with the picture above. */
export function isSvg(path: string): boolean {
  return /\.svg$/i.test(path);
}

/**
 * Which pane suits a file.
 * @param type MIME type without parameters; extensions decide where types mislead (`.ts` is not a video)
 */
export function kindOfFile(path: string, type: string): FileKind {
  if (TEXT_EXTENSIONS.test(path) || TEXT_TYPES.test(type)) return 'text';
  const [family] = type.split('/');
  if (family === 'image' || family === 'audio' || family === 'video' || family === 'font') {
    return family;
  }
  if (type === 'application/pdf') return 'pdf';
  return /(^|\/)[^.]+$/.test(path) && type === '' ? 'text' : 'other';
}
