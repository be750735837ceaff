import type {
  HeaderList,
  HostRequest,
  HostResponse,
  RequestHandler,
} from '../../protocol/http-message.ts';

/** A request as a connection gives it to a handler. */
export function request(
  target: string,
  options: { method?: string; headers?: HeaderList; signal?: AbortSignal } = {},
): HostRequest {
  return {
    method: options.method ?? 'GET',
    target,
    headers: options.headers ?? [],
    body: null,
    signal: options.signal ?? new AbortController().signal,
    visitor: { key: 'visitor-key', connectionId: 'connection-1' },
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly hasBody: boolean;
}

/** A handler's answer with its body read to the end. */
export async function ask(
  handler: RequestHandler,
  target: string,
  options?: { method?: string; headers?: HeaderList },
): Promise<Answer> {
  const response: HostResponse = await handler(request(target, options));
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    text: await new Response(response.body).text(),
    hasBody: response.body !== null,
  };
}
