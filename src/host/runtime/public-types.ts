/**
 * The types of `import … from 'peerserver'` in a site's code. Declarations only, and nothing imported, so that a
 * copy of this file named `.d.ts` is what the package ships and the studio's editor reads.
 */

/** What a route's functions get. */
export interface RouteContext<Params extends object = Record<string, string>> {
  /** The visitor's request, with all its headers. */
  readonly request: Request;
  /** The request's whole address. */
  readonly url: URL;
  /** What the pattern's `[names]` matched, decoded. */
  readonly params: Params;
  /** Parameters behind the `?`; of several of one name the last. All: `url.searchParams.getAll(name)`. */
  readonly query: Record<string, string>;
  /** The fields of the submitted form. Several of one name are a list, files are `File`s. */
  form(): Promise<FormFields>;
  /** Kept for this visitor. Set properties; they are saved before the answer is sent. */
  readonly session: Session;
  /** The site's database; the same as `env.DB`. */
  readonly db: D1Database;
  /** Runs SQL with its values bound: `` await sql`SELECT * FROM items WHERE id = ${id}` ``. */
  readonly sql: SqlTag;
  /** A page of a template: `render('items/list', { items })` for `templates/items/list.hbs`. */
  render(name: string, data?: object, options?: RenderOptions): Promise<Response>;
  /** A file below `public/`: `file('index.html')`. */
  file(path: string, options?: FileOptions): Promise<Response>;
  readonly cookies: Cookies;
  readonly env: Env;
  /** Writes to the site's log, with this request. */
  readonly log: Log;
}

/** What a route's function may return; `undefined` is answered with 204. */
export type RouteResult =
  | Response
  | string
  | object
  | ReadableStream
  | Blob
  | ArrayBuffer
  | null
  | undefined;

/** A route's function: `export const GET: Route = ({ query }) => …`. */
export type Route<Params extends object = Record<string, string>> = (
  context: RouteContext<Params>,
) => RouteResult | Promise<RouteResult> | Promise<void>;

export type FormValue = string | File;
export type FormFields = Record<string, FormValue | FormValue[]>;

/** A plain object: text, numbers, true and false, null, lists and objects of these. */
// biome-ignore lint/suspicious/noExplicitAny: authors put in what they like, and read it as what they know it is.
export type Session = Record<string, any> & {
  /** Forgets everything in it. */
  destroy(): void;
};

export interface RenderOptions {
  readonly status?: number;
  readonly headers?: HeadersInit;
  /** A template below `templates/layouts/`, or false; by default `main`, if there is one. */
  readonly layout?: string | false;
}

export interface FileOptions {
  readonly status?: number;
  readonly headers?: HeadersInit;
}

export interface CookieOptions {
  /** By default `/`. */
  readonly path?: string;
  readonly domain?: string;
  /** Seconds. */
  readonly maxAge?: number;
  readonly expires?: Date;
  readonly httpOnly?: boolean;
  readonly secure?: boolean;
  readonly sameSite?: 'strict' | 'lax' | 'none' | 'Strict' | 'Lax' | 'None';
}

export interface Cookies {
  /** A cookie's value, as it was sent or as it was set since. */
  get(name: string): string | undefined;
  all(): Record<string, string>;
  /** Goes with whatever the route returns. */
  set(name: string, value: string, options?: CookieOptions): void;
  /** With the path and domain that it was set with. */
  delete(name: string, options?: Pick<CookieOptions, 'path' | 'domain'>): void;
}

type Write = (...values: unknown[]) => void;

export interface Log extends Write {
  readonly debug: Write;
  readonly info: Write;
  readonly warn: Write;
  readonly error: Write;
}

/** The variables of `peerserver.json`, the database, and the files of `public/`. */
export interface Env {
  readonly DB: D1Database;
  readonly ASSETS: Assets;
  // biome-ignore lint/suspicious/noExplicitAny: variables are strings, and the two above are not.
  readonly [variable: string]: any;
}

export interface Assets {
  /** What a visitor gets at this address without any code. Takes a path alone, too: `'/data.json'`. */
  fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response>;
}

/** The third argument of `fetch` in `server.ts`. */
export interface ExecutionContext {
  /** Goes on with this after the answer; a rejection is logged. */
  waitUntil(promise: Promise<unknown>): void;
  /** Does nothing: there is nothing behind the site that could answer in its place. */
  passThroughOnException(): void;
  readonly props: object;
}

/** What `server.ts` exports as its default: `export default { fetch(request, env, ctx) { … } }`. */
export interface Server {
  fetch(request: Request, env: Env, ctx: ExecutionContext): Response | Promise<Response>;
}

/** The site's database, as Cloudflare's D1. */
export interface D1Database {
  prepare(sql: string): D1PreparedStatement;
  /** Runs statements in one transaction: all of them, or none. */
  batch<Row = Record<string, unknown>>(statements: D1PreparedStatement[]): Promise<D1Result<Row>[]>;
  /** Runs statements without values, one after the other. */
  exec(sql: string): Promise<D1ExecResult>;
}

export interface D1PreparedStatement {
  bind(...values: unknown[]): D1PreparedStatement;
  /** The first row, or one column of it; null when there is none. */
  first<Value = unknown>(column: string): Promise<Value | null>;
  first<Row = Record<string, unknown>>(): Promise<Row | null>;
  run<Row = Record<string, unknown>>(): Promise<D1Result<Row>>;
  all<Row = Record<string, unknown>>(): Promise<D1Result<Row>>;
  /** Rows as lists of values. */
  raw<Row = unknown[]>(options: { columnNames: true }): Promise<[string[], ...Row[]]>;
  raw<Row = unknown[]>(options?: { columnNames?: false }): Promise<Row[]>;
}

export interface D1Result<Row = unknown> {
  readonly success: true;
  readonly results: Row[];
  readonly meta: D1Meta;
}

export interface D1Meta {
  /** Milliseconds. */
  readonly duration: number;
  readonly changes: number;
  /** A bigint where peerserver.json says so. */
  readonly last_row_id: number | bigint;
  readonly changed_db: boolean;
  readonly rows_read: number;
  readonly rows_written: number;
  /** Bytes of the database afterwards. */
  readonly size_after: number;
  readonly served_by: string;
}

export interface D1ExecResult {
  /** Statements that ran. */
  readonly count: number;
  /** Milliseconds. */
  readonly duration: number;
}

/** Runs SQL with the values bound, never put into the text. */
export type SqlTag = <Row = Record<string, unknown>>(
  parts: TemplateStringsArray,
  ...values: unknown[]
) => Promise<Row[]>;

/** An answer that sends the visitor elsewhere; 303, the default, makes a GET of it, as after a form. */
export declare function redirect(url: string | URL, status?: 301 | 302 | 303 | 307 | 308): Response;

/** An answer with status 404, to return or to throw. */
export declare function notFound(text?: string): Response;

/** An answer with `data` as JSON. */
export declare function json(data: unknown, init?: ResponseInit): Response;

/** An answer with HTML. */
export declare function html(text: string, init?: ResponseInit): Response;

/** A hash to keep in the place of the password. Takes some tenths of a second, on purpose. */
export declare function hashPassword(password: string): Promise<string>;

/** True when the hash was made of this password. */
export declare function verifyPassword(password: string, hash: string): Promise<boolean>;
