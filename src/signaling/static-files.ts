import type { IncomingMessage, ServerResponse } from 'node:http';
import sirv from 'sirv';

/** Sends the file at `path` below a folder; false when there is none (then nothing was sent). */
export type SendFile = (
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
) => boolean;

/** File names come from our own build: nothing in them needs an escape, and none begins with a dot. */
const PLAIN_PATH = /^(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)+$/;

/** Names that carry a hash of the content can be kept for ever; a browser asks about all others. */
const FOREVER = 'public, max-age=31536000, immutable';

/**
 * Serves files of a folder with type, ETag and, where the build left `.br` and `.gz` beside them, compressed.
 * @param immutable true for paths that carry a hash of the content
 */
export function serveFolder(folder: string, immutable: (path: string) => boolean): SendFile {
  // `dev` makes it look at the disk at each request: a rebuild while the server runs shows at once, and a file
  // that the rebuild removed is a 404 instead of a failed read.
  const serve = sirv(folder, {
    dev: true,
    etag: true,
    brotli: true,
    gzip: true,
    extensions: [],
    setHeaders(response, path) {
      response.setHeader('Cache-Control', immutable(path) ? FOREVER : 'no-cache');
    },
  });
  return (request, response, path) => {
    if (!PLAIN_PATH.test(path)) return false;
    // Whole files are small here, and an answer to a range that makes no sense is one more thing to get wrong.
    delete request.headers.range;
    request.url = path;
    let isFound = true;
    serve(request, response, () => {
      isFound = false;
    });
    return isFound;
  };
}
