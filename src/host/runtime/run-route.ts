/** Runs a route's function and makes an answer of what it returns. */
import type { Call } from './call.ts';
import { createContext, type RouteSurroundings } from './context.ts';
import { SiteCookies } from './cookies.ts';
import { SiteError } from './errors/site-error.ts';
import type { SiteLog } from './log/site-console.ts';
import { asResponse, type Warn } from './return-value.ts';
import { SESSION_COOKIE, type Sessions } from './session/sessions.ts';
import { SiteResponse } from './web/site-response.ts';

export interface RouteRun extends RouteSurroundings {
  readonly sessions: Sessions;
  readonly log: SiteLog;
  /** Tells the author of what is no error, and yet looks like a mistake. */
  readonly warn: Warn;
  /** Called right before the route's function. */
  readonly begins: () => void;
}

/** An answer, and the cookies that go with it. */
export interface RouteAnswer {
  readonly response: Response;
  readonly cookies: readonly string[];
}

type RouteFunction = (context: object) => unknown;

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/** Rejects with what the author's code throws, but for a Response, which is the answer. */
export async function runRoute(
  call: Call,
  module: Readonly<Record<string, unknown>>,
  run: RouteRun,
): Promise<RouteAnswer> {
  const { request } = call;
  const chosen = chooseFunction(module, request.method);
  if (chosen instanceof Response) return { response: chosen, cookies: [] };
  const cookies = new SiteCookies(request.headers.get('cookie'));
  const secure = call.origin.startsWith('https:');
  const held = await run.sessions.hold(cookies.get(SESSION_COOKIE), call.visitorKey, secure);
  try {
    const { session } = held;
    const context = createContext(call, run, { session, cookies, log: run.log });
    run.begins();
    const response = await answerOf(chosen, context, request.method, run.warn);
    const sessionCookie = await held.save().catch((error: unknown) => {
      // Nobody reads what is not sent; that it cannot be cancelled harms nobody.
      if (!response.bodyUsed) response.body?.cancel().catch(() => undefined);
      throw error;
    });
    const lines = sessionCookie === undefined ? [] : [sessionCookie];
    return { response, cookies: [...cookies.lines(), ...lines] };
  } finally {
    held.release();
  }
}

async function answerOf(
  chosen: RouteFunction,
  context: object,
  method: string,
  warn: Warn,
): Promise<Response> {
  try {
    return asResponse(await chosen(context), method, warn);
  } catch (thrown) {
    if (thrown instanceof Response) return thrown;
    throw thrown;
  }
}

/**
 * The function for a method: its own, GET's for HEAD, else `default`. An answer where there is none: 405, or
 * what OPTIONS asks for. Throws SiteError for a file that exports no function to answer with.
 */
function chooseFunction(
  module: Readonly<Record<string, unknown>>,
  method: string,
): RouteFunction | Response {
  const known = METHODS.filter((name) => module[name] !== undefined);
  const name = METHODS.find((candidate) => candidate === method);
  const own = name && Object.hasOwn(module, name) ? module[name] : undefined;
  const chosen = own ?? (method === 'HEAD' ? module.GET : undefined) ?? module.default;
  if (typeof chosen === 'function') return (context) => chosen(context);
  if (chosen !== undefined) {
    throw new SiteError(
      `The route exports \`${own ? method : 'default'}\`, which is no function.`,
      {
        hint: `Export a function: \`export function ${own ? method : 'GET'}({ request }) { return … }\`.`,
      },
    );
  }
  if (known.length === 0) throw noFunction(module);
  const allowed = new Set<string>([...known, 'OPTIONS']);
  if (allowed.has('GET')) allowed.add('HEAD');
  const headers = { allow: [...allowed].join(', ') };
  if (method === 'OPTIONS') return new SiteResponse(null, { status: 204, headers });
  return new SiteResponse(`This address does not take ${method}.`, { status: 405, headers });
}

function noFunction(module: Readonly<Record<string, unknown>>): SiteError {
  const lower = Object.keys(module).find((name) =>
    METHODS.some((method) => method === name.toUpperCase()),
  );
  if (lower !== undefined) {
    return new SiteError(`The route exports \`${lower}\`; methods are written in capitals.`, {
      hint: `Write \`export function ${lower.toUpperCase()}(…)\`.`,
    });
  }
  return new SiteError('The route exports no function that could answer.', {
    hint: 'Write `export function GET() { return "Hello" }`. Is the word `export` missing?',
  });
}
