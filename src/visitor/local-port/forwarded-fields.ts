/** Which header fields pass between a local client and the site, and which of them change. */
import { PeerServerError } from '../../protocol/errors.ts';
import type { HeaderList } from '../../protocol/http-message.ts';
import { moveAddress } from './site-address.ts';

type Field = readonly [name: string, value: string];

/** Fields about one hop (RFC 9110, 7.6.1), and credentials for proxies, which are none of the site's business. */
const HOP_FIELDS = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-authorization',
  'proxy-connection',
  'te',
  // There are no trailers on the way (SPEC R5), so none may be announced.
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** The two names of the site. */
export interface Origins {
  /** `http://garden.localhost:8890`; what its handler sees as `Host`. */
  readonly site: string;
  /** What the client calls it, e.g. `http://localhost:41234`; undefined when it uses the site's own name. */
  readonly client: string | undefined;
}

/**
 * A request's fields for the site: those of the hop dropped, the client's name for the site replaced by the
 * site's own in `Host`, `Origin` and `Referer`.
 */
export function fieldsForSite(fields: HeaderList, { site, client }: Origins): HeaderList {
  const kept = endToEnd(fields).filter(
    // `Expect` is answered here: there are no interim answers on the way (SPEC R5).
    ([name]) => name !== 'host' && name !== 'expect',
  );
  const changed = kept.map(([name, value]): Field => {
    const moves = client !== undefined && (name === 'origin' || name === 'referer');
    return [name, moves ? moveAddress(value, client, site) : value];
  });
  return [['host', new URL(site).host], ...changed];
}

/** What decides about `Content-Length`, beside the fields. */
export interface AnswerShape {
  readonly status: number;
  /** Length of the body; undefined while it is still coming, null when there can be none. */
  readonly bodyBytes: number | null | undefined;
}

/**
 * An answer's fields for the client: those of the hop dropped, `Location` within the site moved to the client's
 * name for it, and `Content-Length` once, where a body may have one.
 * @throws PeerServerError host-failed when the lengths make no sense; a client could not tell where the body ends
 */
export function fieldsForClient(
  fields: HeaderList,
  origins: Origins,
  answer: AnswerShape,
): HeaderList {
  const { site, client } = origins;
  const length = announcedLength(fields, answer);
  const kept = endToEnd(fields)
    .filter(([name]) => name !== 'content-length')
    .map(([name, value]): Field => {
      const moves = client !== undefined && name === 'location';
      return [name, moves ? moveAddress(value, site, client) : value];
    });
  return length === undefined ? kept : [...kept, ['content-length', length]];
}

/** Also drops our own `peerserver-…`: in an answer it always comes from the port itself. */
function endToEnd(fields: HeaderList): HeaderList {
  const named = fields
    .filter(([name]) => name === 'connection')
    .flatMap(([, value]) => value.split(',').map((token) => token.trim().toLowerCase()));
  return fields.filter(
    ([name]) => !HOP_FIELDS.has(name) && !named.includes(name) && !name.startsWith('peerserver-'),
  );
}

function announcedLength(
  fields: HeaderList,
  { status, bodyBytes }: AnswerShape,
): string | undefined {
  // No length may be said of a 204, and a 205 is empty (RFC 9110, 8.6 and 15.3.6).
  if (status === 204) return undefined;
  if (status === 205) return '0';
  const values = fields.filter(([name]) => name === 'content-length').map(([, value]) => value);
  const [first] = values;
  // A client keeps its connection the more easily when it is told.
  if (first === undefined) return bodyBytes?.toString();
  if (/^\d{1,15}$/.test(first) && values.every((value) => value === first)) return first;
  if (bodyBytes === null) return undefined;
  throw new PeerServerError('host-failed', 'The site announced a length that makes no sense.');
}
