import type { Clock } from '../protocol/clock.ts';
import { asPeerServerError, PeerServerError } from '../protocol/errors.ts';
import type {
  HeaderList,
  HostRequest,
  HostResponse,
  RequestHandler,
} from '../protocol/http-message.ts';
import { headersForLog } from './headers-for-log.ts';
import type { RequestEvent } from './serve-event.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * A handler that reports each exchange once, when its answer has been handed over completely, was
 * cancelled, or has failed.
 * @param now time of day, milliseconds since 1970
 */
export function withRequestLog(
  handler: RequestHandler,
  clock: Clock,
  onRequest: (event: RequestEvent) => void,
  now: () => number = Date.now,
): RequestHandler {
  return async (request) => {
    const startedAt = now();
    const started = clock.now();
    let responseHeaders: HeaderList = [];
    const report = (status: number, bytes: number, thrown?: PeerServerError): void => {
      const error = forPeople(thrown);
      onRequest({
        kind: 'request',
        connectionId: request.visitor.connectionId,
        visitorKey: request.visitor.key,
        startedAt,
        method: request.method,
        target: request.target,
        status,
        bytes,
        ms: clock.now() - started,
        requestHeaders: headersForLog(request.headers),
        responseHeaders: headersForLog(responseHeaders),
        ...(error ? { error } : {}),
      });
    };
    let response: HostResponse;
    try {
      response = await handler(request);
    } catch (thrown) {
      const error = asPeerServerError(thrown, 'host-failed');
      report(error.status, 0, error);
      throw thrown;
    }
    const { status, body } = response;
    responseHeaders = response.headers;
    if (body instanceof ReadableStream) {
      const reported = reportedStream(body, (bytes, error) => report(status, bytes, error));
      return { ...response, body: reported };
    }
    report(status, body?.byteLength ?? 0, cancellation(request));
    return response;
  };
}

function cancellation({ signal }: HostRequest): PeerServerError | undefined {
  return signal.aborted ? asPeerServerError(signal.reason, 'cancelled') : undefined;
}

/** What a visitor's platform says of this, such as “signal is aborted without reason”, tells an author nothing. */
function forPeople(error: PeerServerError | undefined): PeerServerError | undefined {
  if (error?.code !== 'cancelled') return error;
  return new PeerServerError('cancelled', 'the visitor left', { cause: error });
}

/** The same stream, piece by piece and no faster; `done` is called once, with all bytes taken from it. */
function reportedStream(
  stream: ReadableStream<Bytes>,
  done: (bytes: number, error?: PeerServerError) => void,
): ReadableStream<Bytes> {
  const reader = stream.getReader();
  let bytes = 0;
  let isDone = false;
  // A piece that is waited for comes to an end, too, once the stream is cancelled.
  const end = (error?: PeerServerError): void => {
    if (!isDone) done(bytes, error);
    isDone = true;
  };
  return new ReadableStream<Bytes>(
    {
      async pull(controller) {
        try {
          const next = await reader.read();
          if (!next.done) {
            bytes += next.value.byteLength;
            controller.enqueue(next.value);
            return;
          }
        } catch (thrown) {
          end(asPeerServerError(thrown, 'host-failed'));
          throw thrown;
        }
        // Cancelled meanwhile, there is nothing left to close.
        if (isDone) return;
        end();
        controller.close();
      },
      async cancel(reason) {
        end(asPeerServerError(reason ?? 'The visitor cancelled.', 'cancelled'));
        await reader.cancel(reason);
      },
    },
    // The stream below reads ahead already; here it would only hold more memory.
    { highWaterMark: 0 },
  );
}
