import type { HeaderList } from '../../../protocol/http-message.ts';

/** The request's own values of what may tell variants of one address apart, by name. */
export type RequestFields = ReadonlyMap<string, string>;

/** A field of the request that an answer depends on; null: the request had none. */
export type Nominated = readonly (readonly [name: string, value: string | null])[];

/** Stands for whether the host gets the visitor's cookies with the request; no header has such a name. */
const COOKIES = ':cookies';

/**
 * What variants are told apart by. `authorization` stands there as its digest, since it is kept on disk.
 * @param withCookies false for requests without credentials
 */
export async function requestFieldsOf(
  headers: HeaderList,
  withCookies: boolean,
): Promise<RequestFields> {
  const fields = new Map<string, string>([[COOKIES, String(withCookies)]]);
  for (const [name, value] of headers) {
    const before = fields.get(name);
    // Spaces in lists mean nothing (RFC 9111, 4.1).
    const normal = value.trim().replace(/\s*,\s*/g, ', ');
    fields.set(name, before === undefined ? normal : `${before}, ${normal}`);
  }
  const authorization = fields.get('authorization');
  if (authorization !== undefined) fields.set('authorization', await digest(authorization));
  return fields;
}

/**
 * The fields that an answer depends on: what its `Vary` names, and always credentials.
 * @returns undefined when no other request can be known to get the same (`Vary: *`)
 */
export function nominate(response: HeaderList, request: RequestFields): Nominated | undefined {
  const names = new Set([COOKIES, 'authorization', ...varyOf(response)]);
  if (names.has('*')) return undefined;
  return [...names].map((name) => [name, request.get(name) ?? null]);
}

export function matches(nominated: Nominated, request: RequestFields): boolean {
  return nominated.every(([name, value]) => (request.get(name) ?? null) === value);
}

/**
 * True if the answer depends on the visitor's cookies: they are not to be seen here, so only the host can
 * say whether a stored answer still is the right one.
 */
export function dependsOnCookies(response: HeaderList, request: RequestFields): boolean {
  return request.get(COOKIES) === 'true' && varyOf(response).includes('cookie');
}

function varyOf(response: HeaderList): string[] {
  return response
    .filter(([name]) => name === 'vary')
    .flatMap(([, value]) => value.toLowerCase().split(','))
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

async function digest(secret: string): Promise<string> {
  const bytes = Uint8Array.from(secret, (character) => character.charCodeAt(0) & 0xff);
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
