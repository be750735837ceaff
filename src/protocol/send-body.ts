import { asPeerServerError } from './errors.ts';
import type { Exchange } from './exchange.ts';
import type { BodyReader } from './http-message.ts';

/** Sends a request's body as fast as it may leave. Its failure resets the exchange. */
export async function sendBody(exchange: Exchange, body: BodyReader): Promise<void> {
  // The host may answer without wanting the rest while the producer sleeps in `read`.
  exchange.outgoing.onAbort = (error) => body.cancel(error);
  try {
    for (let chunk = await body.read(); chunk !== null; chunk = await body.read()) {
      await exchange.outgoing.write(chunk);
    }
    exchange.outgoing.end();
  } catch (thrown) {
    const error = asPeerServerError(thrown, 'cancelled');
    body.cancel(error);
    // Over already when the host answered without wanting the rest, or when the reset came from there.
    exchange.reset(error);
  }
}
