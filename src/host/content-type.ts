import mime from 'mime';

/** Types outside `text/` that are text; `+json` and `+xml` are recognised by their endings. */
const TEXT_TYPES = /^(text\/.*|application\/(json|javascript|xml|sql|toml|yaml)|.*\+(json|xml))$/;

/** MIME type by a path's extension, without parameters; unknown ones are bytes. */
export function mimeType(path: string): string {
  // The extension of the last part only: `mime` would take a name without a dot for an extension, and the
  // `com` of `example.com/README` for one.
  const extension = /\.([^./]+)$/.exec(path)?.[1];
  return (extension && mime.getType(extension)) || 'application/octet-stream';
}

/**
 * Value of `Content-Type`. Text that is UTF-8 says so; of other text nothing is said, because a charset here
 * would overrule the page's own `<meta charset>`.
 */
export function contentType({ path, utf8 }: { path: string; utf8: boolean }): string {
  const type = mimeType(path);
  return utf8 && TEXT_TYPES.test(type) ? `${type}; charset=utf-8` : type;
}
