import { asPeerServerError } from '../protocol/errors.ts';
import type { HostRequest, HostResponse, RequestHandler } from '../protocol/http-message.ts';
import type { SiteFiles } from './files.ts';
import { messagePage } from './message-page.ts';
import { notFound, staticFiles } from './static-files.ts';

/** One way to answer. Handlers are asked in order; the first that answers has the last word. */
export interface Handler {
  /** For the log of the studio, e.g. `static files`. */
  readonly name: string;
  /** The answer, or undefined when the request is for somebody after it. */
  handle(request: HostRequest): Promise<HostResponse | undefined>;
}

/** Asks the handlers one after the other. A site without an answer says so (404). */
export function dispatch(handlers: readonly Handler[]): RequestHandler {
  return async (request) => {
    for (const handler of handlers) {
      const response = await answerOrError(handler, request);
      if (response) return response;
    }
    return messagePage(request, 404, 'Not found', 'Nothing answers at this address.');
  };
}

/**
 * The handlers of a site: its routes, its files, its `server.ts`, then its page for what is not there.
 * @param dynamic the first and the third, where a site can have them
 */
export function siteHandler(
  files: SiteFiles,
  dynamic?: { readonly routes: Handler; readonly server: Handler },
): RequestHandler {
  const fixed = staticFiles(files);
  const last = notFound(files);
  return dispatch(dynamic ? [dynamic.routes, fixed, dynamic.server, last] : [fixed, last]);
}

/** A file that cannot be read is told to the visitor as a page; anything else is the connection's to tell. */
async function answerOrError(
  handler: Handler,
  request: HostRequest,
): Promise<HostResponse | undefined> {
  try {
    return await handler.handle(request);
  } catch (thrown) {
    const error = asPeerServerError(thrown, 'host-failed');
    if (error.code !== 'storage-failed') throw error;
    const text = 'The host could not read a file of this page. Try again in a moment.';
    return messagePage(request, error.status, 'The page cannot be read', text);
  }
}
