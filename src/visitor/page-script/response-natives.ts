type ResponsePrototype = typeof Response.prototype;

/** What reads the body of a `Response` to its end. */
export const READS = ['arrayBuffer', 'blob', 'bytes', 'formData', 'json', 'text'] as const;
export type Read = (typeof READS)[number];

/** The browser's own functions, whatever becomes of the properties that hold them. */
export interface ResponseNatives {
  read<T>(name: Read, response: Response): Promise<T>;
  body(response: Response): ReadableStream<Uint8Array<ArrayBuffer>> | null;
  bodyUsed(response: Response): boolean;
}

export function nativesOf(prototype: ResponsePrototype): ResponseNatives {
  const reads = new Map(READS.map((name) => [name, prototype[name]]));
  const getter = (name: string) => Object.getOwnPropertyDescriptor(prototype, name)?.get;
  const [body, bodyUsed] = [getter('body'), getter('bodyUsed')];
  return {
    read: (name, response) => reads.get(name)?.call(response) as Promise<never>,
    body: (response) => body?.call(response),
    bodyUsed: (response) => bodyUsed?.call(response),
  };
}

/**
 * Puts a function around one of a prototype, which looks as the one within does.
 * @param kind what the property holds: the function as its value, or as its getter
 */
export function wrap(
  prototype: ResponsePrototype,
  name: string,
  kind: 'value' | 'get',
  apply: (native: Native, response: Response, args: unknown[]) => unknown,
): void {
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
  const native: unknown = descriptor?.[kind];
  if (typeof native !== 'function') return;
  const wrapped = new Proxy(native as Native, { apply });
  Object.defineProperty(prototype, name, { ...descriptor, [kind]: wrapped });
}

type Native = (...args: unknown[]) => unknown;
