import {
  type HeaderList,
  type HostRequest,
  type HostResponse,
  headerValue,
} from '../protocol/http-message.ts';
import { contentType } from './content-type.ts';
import type { Handler } from './dispatch.ts';
import type { SiteFile, SiteFiles } from './files.ts';
import { messagePage } from './message-page.ts';
import { decideRange, isNotModified, isPreconditionFailed } from './preconditions.ts';
import { isHidden, parseRequestPath } from './request-path.ts';

/** A folder with this file is a project, and only its `public/` is served as it is. */
const PROJECT_FILE = 'peerserver.json';
const PUBLIC_FOLDER = 'public/';
const INDEX_FILE = 'index.html';
const NOT_FOUND_FILE = '404.html';
const APP_FILE = '200.html';

/**
 * Answers with the site's files: directories by their `index.html`, the rest as it lies there. Leaves
 * requests for what is not there to the handlers after it. Addresses that no file can have are answered
 * with 400 here, whatever comes after.
 */
export function staticFiles(files: SiteFiles): Handler {
  return {
    name: 'static files',
    async handle(request) {
      const path = parseRequestPath(request.target);
      if (!path.ok) {
        if (path.status === 404) return undefined;
        return messagePage(request, 400, 'This address is not valid', path.message);
      }
      if (isHidden(path.segments)) return undefined;
      const root = await servedRoot(files);
      const place = root + path.segments.join('/');
      if (path.directory || path.segments.length === 0) {
        const folder = path.segments.length === 0 ? root : `${place}/`;
        const index = await files.lookup(folder + INDEX_FILE);
        return index && answerWithFile(request, index);
      }
      const file = await files.lookup(place);
      if (file) return answerWithFile(request, file);
      if (await files.has(`${place}/${INDEX_FILE}`)) {
        return redirectToDirectory(request, path.segments.at(-1) ?? '', path.query);
      }
      return undefined;
    },
  };
}

/**
 * Answers everything that is left. Somebody who asks for a page is given the site's `200.html`: an app whose
 * script shows what belongs to an address is the same file at all of them. Else it is 404 with the site's own
 * `404.html`, or with a small page.
 */
export function notFound(files: SiteFiles): Handler {
  return {
    name: 'not found',
    async handle(request) {
      const root = await servedRoot(files);
      const app = asksForPage(request) ? await files.lookup(root + APP_FILE) : undefined;
      if (app) return answerWithFile(request, app);
      const page = await files.lookup(root + NOT_FOUND_FILE);
      if (!page) {
        const text = 'There is no page at this address. The link may be old, or mistyped.';
        return messagePage(request, 404, 'Not found', text);
      }
      return {
        status: 404,
        headers: [
          ['content-type', contentType(page)],
          ['content-length', String(page.size)],
          ['cache-control', 'no-cache'],
        ],
        body: request.method === 'HEAD' ? null : await page.read(),
      };
    },
  };
}

/** True for a browser that goes to an address; what a page asks for, such as a script, is to be there or missing. */
function asksForPage({ method, headers }: HostRequest): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false;
  return headerValue(headers, 'accept')?.includes('text/html') ?? false;
}

/** Path of the file that answers at `/`, whether or not there is one. */
export async function startPage(files: SiteFiles): Promise<string> {
  return (await servedRoot(files)) + INDEX_FILE;
}

async function servedRoot(files: SiteFiles): Promise<string> {
  return (await files.has(PROJECT_FILE)) ? PUBLIC_FOLDER : '';
}

async function answerWithFile(request: HostRequest, file: SiteFile): Promise<HostResponse> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    const text = 'This file can be read, and nothing else can be done with it.';
    return messagePage(request, 405, 'Not possible here', text, {
      headers: [['allow', 'GET, HEAD']],
    });
  }
  const validators: [string, string][] = [
    // A visitor's browser asks each time, so a save shows at the next look; an unchanged file costs a 304.
    ['cache-control', 'no-cache'],
  ];
  if (file.etag !== undefined) {
    validators.push(['etag', file.etag]);
    validators.push(['last-modified', new Date(file.modified).toUTCString()]);
  }
  if (isPreconditionFailed(request.headers, file)) {
    const text = 'The file was changed in the meantime. Load it again.';
    return messagePage(request, 412, 'The file has changed', text);
  }
  if (isNotModified(request.headers, file)) return { status: 304, headers: validators, body: null };

  const head: HeaderList = [
    ['content-type', contentType(file)],
    ['accept-ranges', 'bytes'],
    ...validators,
  ];
  if (request.method === 'HEAD') {
    return { status: 200, headers: [...head, ['content-length', String(file.size)]], body: null };
  }
  const decision = decideRange(request.headers, file);
  switch (decision.kind) {
    case 'whole':
      return {
        status: 200,
        headers: [...head, ['content-length', String(file.size)]],
        body: await file.read(),
        // Whoever reads the file may be given the same array again, and nobody writes to it.
        bodyIsConstant: true,
      };
    case 'part': {
      const { start, end } = decision.range;
      return {
        status: 206,
        headers: [
          ...head,
          ['content-length', String(end - start + 1)],
          ['content-range', `bytes ${start}-${end}/${file.size}`],
        ],
        body: await file.read(decision.range),
      };
    }
    case 'unsatisfiable': {
      const range: HeaderList = [['content-range', `bytes */${file.size}`]];
      const text = 'The file is shorter than the part that was asked for.';
      return messagePage(request, 416, 'No such part', text, { headers: range });
    }
  }
}

/** Relative, so that it holds whatever origin the visitor knows the site by. */
function redirectToDirectory(request: HostRequest, name: string, query: string): HostResponse {
  // Encoded anew, so that nothing of the request's spelling reaches a header; `./` keeps a name such as
  // `a:b` from being read as a scheme.
  const location = `./${encodeURIComponent(name)}/${query}`;
  const text = 'The page lies in a folder; its address ends with a slash.';
  return messagePage(request, 301, 'Moved', text, { headers: [['location', location]] });
}
