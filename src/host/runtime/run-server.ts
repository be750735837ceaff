/** Runs `server.ts`: what it exports answers requests as on Cloudflare Workers. */
import type { Call } from './call.ts';
import { SiteError } from './errors/site-error.ts';
import { formatValue } from './log/format-value.ts';

export interface ServerRun {
  readonly env: Readonly<Record<string, unknown>>;
  /** Gets what goes on after the answer. */
  readonly waitUntil: (promise: PromiseLike<unknown>) => void;
}

/** Rejects with what the author's code throws, but for a Response, which is the answer. */
export async function runServer(
  call: Call,
  module: Readonly<Record<string, unknown>>,
  run: ServerRun,
): Promise<Response> {
  const answer = fetchOf(module);
  const context = {
    waitUntil: (promise: unknown) => {
      const { then } = Object(promise);
      if (typeof then === 'function') run.waitUntil(promise as PromiseLike<unknown>);
    },
    // There is nothing to pass through to: an exception is answered with 500 either way.
    passThroughOnException: () => {},
    props: {},
  };
  let value: unknown;
  try {
    value = await answer(call.request, run.env, context);
  } catch (thrown) {
    if (thrown instanceof Response) return thrown;
    throw thrown;
  }
  if (value instanceof Response) return value;
  throw new SiteError(
    value === undefined
      ? 'server.ts answered with nothing.'
      : `server.ts answered with ${formatValue(value)}, which is no Response.`,
    { hint: '`fetch` must return a Response. Did you forget `return`?' },
  );
}

type ServerFunction = (request: Request, env: unknown, context: unknown) => unknown;

function fetchOf(module: Readonly<Record<string, unknown>>): ServerFunction {
  const exported = module.default;
  if (typeof exported === 'function') {
    // An app that is a function with a `fetch`, as some frameworks make, or the function itself.
    const own: unknown = Reflect.get(exported, 'fetch');
    if (typeof own === 'function') return (...values) => Reflect.apply(own, exported, values);
    return (...values) => Reflect.apply(exported, undefined, values);
  }
  if (typeof exported === 'object' && exported !== null) {
    const own: unknown = Reflect.get(exported, 'fetch');
    if (typeof own === 'function') return (...values) => Reflect.apply(own, exported, values);
  }
  throw new SiteError('server.ts has no default export with a `fetch` function.', {
    hint: 'Write `export default app` for a Hono app, or `export default { fetch(request, env, ctx) { … } }`.',
  });
}
