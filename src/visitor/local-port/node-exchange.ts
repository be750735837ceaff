/** One request of a local client, carried to the site and back. */
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import { asPeerServerError, PeerServerError } from '../../protocol/errors.ts';
import type { HeaderList, ReceivedBody, VisitorResponse } from '../../protocol/http-message.ts';
import type { SiteConnection } from '../site-connection.ts';
import { type FailureAnswer, failureAnswer } from './failure-answer.ts';
import { fieldsForClient, fieldsForSite, type Origins } from './forwarded-fields.ts';
import { RequestBody } from './node-request-body.ts';

/** One request at the port, told once it is over. */
export interface LocalRequestEvent {
  readonly method: string;
  readonly target: string;
  /** The status that the client got; 101 for a WebSocket. */
  readonly status: number;
  /** Of the answer's body, as far as it was handed to the client's socket. */
  readonly bytes: number;
  /** From the request's head to the end of the answer, milliseconds. */
  readonly ms: number;
  /** Why there was no answer, or not all of it. */
  readonly error?: PeerServerError;
}

export interface ExchangeOptions {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The request's, as `rawFields` gives them. */
  readonly fields: HeaderList;
  /** Within the site, as `readTarget` gives it. */
  readonly target: string;
  readonly origins: Origins;
  /** The client waits for a go-ahead before it sends its body (`Expect: 100-continue`). */
  readonly expectsContinue: boolean;
  readonly site: Pick<SiteConnection, 'request'>;
  /** Aborts when the port closes. */
  readonly signal: AbortSignal;
}

/** What became of an exchange. */
export type ExchangeResult = Pick<LocalRequestEvent, 'status' | 'bytes' | 'error'>;

/**
 * Carries one exchange. Never rejects: a failure before the answer's head becomes an answer that says so, one
 * after it ends the client's connection, so that no client takes a part for the whole.
 */
export async function carryExchange(options: ExchangeOptions): Promise<ExchangeResult> {
  const { request, response } = options;
  const gone = new AbortController();
  response.on('close', () => {
    if (!response.writableFinished) gone.abort(clientIsGone());
  });
  // The response's end does the rest.
  const close = (): void => cutOff(request, response);
  options.signal.addEventListener('abort', close, { once: true });
  let sentContinue = false;
  const body = new RequestBody(request, () => {
    if (!options.expectsContinue) return;
    sentContinue = true;
    response.writeContinue();
  });
  const progress = { bytes: 0 };
  try {
    const answer = await ask(options, body, gone.signal);
    body.settle();
    // Whether a client that never got its go-ahead sends the body now is for it to decide: what comes next on
    // this connection could be either.
    if (options.expectsContinue && !sentContinue) response.shouldKeepAlive = false;
    return await passOn(response, answer, options.origins, progress);
  } catch (thrown) {
    const error = gone.signal.aborted ? clientIsGone() : asPeerServerError(thrown, 'host-failed');
    if (!response.headersSent && !gone.signal.aborted) {
      // As above; and after half a body there is no telling where the next request begins.
      if (options.expectsContinue) response.shouldKeepAlive = false;
      sendFailure(response, failureAnswer(error));
      return { status: response.statusCode, bytes: 0, error };
    }
    cutOff(request, response);
    const status = response.headersSent ? response.statusCode : error.status;
    return { status, bytes: progress.bytes, error };
  } finally {
    options.signal.removeEventListener('abort', close);
    if (response.writableEnded) body.finish();
  }
}

/** Answers in the port's own name. */
export function sendFailure(
  response: ServerResponse,
  { status, headers, text }: FailureAnswer,
): void {
  response.writeHead(status, STATUS_CODES[status] ?? '', flat(headers));
  response.end(text);
}

function ask(
  { request, fields, target, origins, site }: ExchangeOptions,
  body: RequestBody,
  signal: AbortSignal,
): Promise<VisitorResponse> {
  const head = {
    method: request.method ?? 'GET',
    target,
    headers: fieldsForSite(fields, origins),
  };
  return site.request(head, hasBody(fields) ? () => body.open() : null, {
    signal,
    // A body that has partly gone out is not here any more.
    mayRepeat: () => !body.taken,
  });
}

/** RFC 9112, 6.3: a request has a body if one of these fields says so. llhttp has made sure that they agree. */
function hasBody(fields: HeaderList): boolean {
  return fields.some(
    ([name, value]) =>
      name === 'transfer-encoding' || (name === 'content-length' && Number(value) > 0),
  );
}

/**
 * Gives the site's answer to a client.
 * @param progress counts the bytes of the body
 * @throws PeerServerError `host-failed` before the head when HTTP/1.1 cannot carry it; what ended the body later
 */
export async function passOn(
  response: ServerResponse,
  { status, headers, body }: VisitorResponse,
  origins: Origins,
  progress: { bytes: number },
): Promise<ExchangeResult> {
  let whole: Uint8Array<ArrayBuffer> | undefined;
  try {
    whole = body?.takeComplete();
    const bodyBytes = body === null ? null : whole?.length;
    const fields = fieldsForClient(headers, origins, { status, bodyBytes });
    response.writeHead(status, STATUS_CODES[status] ?? '', flat(fields));
  } catch (thrown) {
    body?.cancel(thrown);
    if (thrown instanceof PeerServerError) throw thrown;
    const text = 'The site answered with headers that HTTP/1.1 cannot carry.';
    throw new PeerServerError('host-failed', text, { cause: thrown });
  }
  if (whole) {
    progress.bytes = whole.length;
    // One write, so that head and body of a small answer leave together.
    response.end(whole);
  } else {
    response.flushHeaders();
    if (body) await pump(body, response, progress);
    response.end();
  }
  return { status, bytes: progress.bytes };
}

/**
 * Piece by piece; the next is asked for when the client's socket has room. A body that came whole while the client
 * still read is nobody's to cancel but ours: its exchange is over for the rest of the tunnel.
 * @throws PeerServerError `cancelled` when the client has left, else what ended the body
 */
async function pump(
  body: ReceivedBody,
  response: ServerResponse,
  progress: { bytes: number },
): Promise<void> {
  const next = async (): Promise<Uint8Array<ArrayBuffer> | null> => {
    stopIfGone(response);
    const bytes = await body.read();
    stopIfGone(response);
    return bytes;
  };
  try {
    for (let bytes = await next(); bytes !== null; bytes = await next()) {
      const hasRoom = response.write(bytes);
      progress.bytes += bytes.length;
      if (!hasRoom) await drained(response);
    }
  } catch (thrown) {
    body.cancel(thrown);
    throw thrown;
  }
}

function stopIfGone(response: ServerResponse): void {
  if (response.destroyed) throw clientIsGone();
}

/** Resolves when there is room again, or the client is gone: then neither event would come any more. */
function drained(response: ServerResponse): Promise<void> {
  if (response.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
  });
}

/**
 * Ends the client's connection in the middle of an answer. In HTTP/1.0 an orderly end may pass for the body's, so
 * there it is reset.
 */
function cutOff(request: IncomingMessage, response: ServerResponse): void {
  const { socket, httpVersion } = request;
  if (httpVersion === '1.0' && !socket.destroyed) socket.resetAndDestroy();
  else response.destroy();
}

/** The fields as they came: names in lower case, values as bytes, order and repeats kept. */
export function rawFields({ rawHeaders }: IncomingMessage): HeaderList {
  const fields: [string, string][] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    fields.push([(rawHeaders[index] ?? '').toLowerCase(), rawHeaders[index + 1] ?? '']);
  }
  return fields;
}

/** As `writeHead` takes fields that may come more than once. */
function flat(fields: HeaderList): string[] {
  return fields.flat();
}

/** Why an exchange is given up that nobody waits for any more. */
export function clientIsGone(): PeerServerError {
  return new PeerServerError('cancelled', 'The client went away.');
}
