/** An answer of the author's code, as the protocol sends it. */
import type { HostResponse } from '../../protocol/http-message.ts';
import { SiteError } from './errors/site-error.ts';
import { RUNTIME_LIMITS, type RuntimeLimits } from './limits.ts';
import { formatValue } from './log/format-value.ts';
import { type SentResponse, SiteResponse } from './web/site-response.ts';

const WITHOUT_BODY = new Set([101, 204, 205, 304]);
/** Fields that frames say themselves, or that are the host's own. */
const NOT_SENT =
  /^(?:connection|keep-alive|proxy-connection|transfer-encoding|upgrade|peerserver-.*)$/;

export interface SendOptions {
  readonly method: string;
  /** Values of further Set-Cookie fields. */
  readonly cookies: readonly string[];
  /** Whether the visitor asked for a WebSocket. */
  readonly upgrade: boolean;
  /** A body that fails on its way; the visitor sees it cut short. */
  readonly onBodyError: (error: unknown) => void;
  readonly limits?: RuntimeLimits;
}

/** Throws SiteError, or TypeError for a body that was read before, when it cannot be sent. */
export function sendAnswer(response: Response, options: SendOptions): HostResponse {
  const { method, cookies, upgrade, onBodyError, limits = RUNTIME_LIMITS } = options;
  if (response.status === 0) {
    throw new SiteError('The handler returned Response.error(), which is no answer.', {
      hint: 'Return a Response with a status that says what went wrong: `new Response(text, { status: 502 })`.',
    });
  }
  const sent = SiteResponse.toSend(response);
  const headers: [string, string][] = [];
  for (const [name, value] of sent.headers) {
    if (!NOT_SENT.test(name)) headers.push([name, value]);
  }
  for (const line of cookies) headers.push(['set-cookie', line]);
  if (sent.webSocket) {
    if (!upgrade) {
      throw new SiteError(
        'The handler answered with a WebSocket, and the visitor asked for none.',
        {
          hint: "Check `request.headers.get('upgrade') === 'websocket'` first, and answer other requests with status 426.",
        },
      );
    }
    const { webSocket } = sent;
    webSocket.requireConnectable();
    requireSize(headers, limits);
    return {
      status: 101,
      headers,
      body: null,
      webSocket: (socket) => webSocket.connect(socket, socket.protocol),
    };
  }
  if (method === 'HEAD' || WITHOUT_BODY.has(sent.status)) {
    if (sent.body instanceof ReadableStream) {
      // Nobody reads it; that it cannot be cancelled harms nobody.
      sent.body.cancel().catch(() => undefined);
    }
    // Of a body that is not here the headers alone know.
    if (sent.body !== null) setLength(headers, lengthToSend(sent));
    requireSize(headers, limits);
    return { status: sent.status, headers, body: null };
  }
  setLength(headers, lengthToSend(sent));
  requireSize(headers, limits);
  const { status, body, length } = sent;
  return {
    status,
    headers,
    body: body instanceof ReadableStream ? bodyOf(body, length, onBodyError) : body,
  };
}

function lengthToSend({ body, length }: SentResponse): number | undefined {
  if (body instanceof Uint8Array) return body.length;
  if (body === null) return length === 0 ? 0 : undefined;
  // Who reads that there is nothing looks no further, and would not notice if there were something after all.
  return length === 0 ? undefined : length;
}

/** Authors copy headers from one answer to another, and a wrong length cuts the body off. */
function setLength(headers: [string, string][], length: number | undefined): void {
  const at = headers.findIndex(([name]) => name === 'content-length');
  if (at >= 0) headers.splice(at, 1);
  if (length !== undefined) headers.push(['content-length', String(length)]);
}

function requireSize(headers: readonly [string, string][], limits: RuntimeLimits): void {
  const bytes = headers.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  if (bytes <= limits.headerBytes && headers.length <= limits.headerFields) return;
  throw new SiteError(
    `The answer's headers have ${bytes} bytes in ${headers.length} fields; at most ${limits.headerBytes} bytes in ${limits.headerFields} fields can be sent.`,
    { hint: 'Put large values into the body, the session or the database.' },
  );
}

/**
 * Streams of the author's may hold text and any kind of bytes.
 * @param length how many there must be, if that was said: the body fails when there are fewer or more
 */
function bodyOf(
  body: ReadableStream<unknown>,
  length: number | undefined,
  onError: (error: unknown) => void,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader();
  let given = 0;
  /** Null at the end. */
  const next = async () => {
    const { done, value } = await reader.read();
    if (done) return null;
    const bytes = bytesOf(value);
    given += bytes.length;
    return bytes;
  };
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        try {
          const bytes = await next();
          let isOver = bytes === null;
          // Held until the end is known: whoever has as many bytes as were said takes them for the whole.
          while (!isOver && given === length) isOver = (await next()) === null;
          if (length !== undefined && (given > length || (isOver && given < length))) {
            throw wrongLength(length, given);
          }
          if (bytes) controller.enqueue(bytes);
          if (isOver) controller.close();
        } catch (error) {
          onError(error);
          // What it still has, nobody takes; one that has failed itself cannot be cancelled, which harms nobody.
          reader.cancel(error).catch(() => undefined);
          throw error;
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

function wrongLength(said: number, given: number): SiteError {
  const came =
    given < said ? `its stream ended after ${given}` : `its stream gave more, at least ${given}`;
  return new SiteError(
    `The answer was broken off: its content-length says ${said} bytes, and ${came}.`,
    {
      hint: 'Say the number of bytes, which for text is not that of characters, or leave `content-length` out.',
    },
  );
}

function bytesOf(value: unknown): Uint8Array<ArrayBuffer> {
  if (value instanceof Uint8Array && value.buffer instanceof ArrayBuffer) {
    return value as Uint8Array<ArrayBuffer>;
  }
  if (typeof value === 'string') return new TextEncoder().encode(value);
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (ArrayBuffer.isView(value)) {
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength).slice();
  }
  throw new SiteError(`The answer's stream gave ${formatValue(value)}.`, {
    hint: 'A stream gives text or bytes: `controller.enqueue(JSON.stringify(value) + "\\n")`.',
  });
}
