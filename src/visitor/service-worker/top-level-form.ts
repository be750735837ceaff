/**
 * Forms sent to a tab of their own (`target=_blank`, or posted by another site). Such a tab shows the shell,
 * whose frame shall show the answer. So the request is put aside under a one-time token, the shell comes with
 * the token in its page, and its frame posts the token to the very address: that is then answered by making
 * the request, once. What is put aside lies in the browser's cache storage, where a service worker that is
 * stopped in between finds it again.
 */
import { OWN_PREFIX } from '../../address/address.ts';
import { PeerServerError } from '../../protocol/errors.ts';
import type { RequestHead } from '../../protocol/http-message.ts';
import type { AskedBody } from '../bridge/bridge-client.ts';
import { FORM_TOKEN_FIELD } from '../bridge/form-token.ts';
import { isHeaderList } from '../bridge/messages.ts';

const STORE = 'peerserver-forms';
const HEAD_FIELD = 'peerserver-form-head';
const TIME_FIELD = 'peerserver-form-time';

/** Bytes of one form: a film may be uploaded, the disk not be filled. */
export const MAX_FORM_BYTES = 512 * 1024 * 1024;
/** How many wait at once; the oldest gives way. Each is a tab that was opened and shows no page yet. */
export const MAX_WAITING_FORMS = 4;
/** How long one waits, ms: as long as somebody may leave a tab to a host that is asleep. */
export const FORM_WAITS_MS = 15 * 60_000;

const TOKEN = /^[0-9a-f-]{36}$/;

/** How often the site was forgotten: what was taken in hand before must not come to lie in the store after. */
let generation = 0;

/** A request that was put aside. */
export interface WaitingForm {
  /** At the time when it was taken. */
  readonly generation: number;
  readonly head: RequestHead;
  readonly body: Blob;
}

/**
 * Puts the request aside.
 * @param head as the host is to get it
 * @returns its token
 * @throws PeerServerError body-too-large, storage-failed
 */
export async function putFormAside(request: Request, head: RequestHead): Promise<string> {
  const token = crypto.randomUUID();
  const begun = generation;
  const store = await caches.open(STORE);
  await removeOld(store);
  const counted = await bodyToKeep(request);
  if (begun !== generation) {
    throw new PeerServerError('storage-failed', 'The site is being forgotten.');
  }
  try {
    await store.put(addressOf(token), new Response(counted.body, { headers: stored(head) }));
  } catch (cause) {
    throw counted.isTooLarge()
      ? new PeerServerError('body-too-large', 'The form sends too much.', { cause })
      : new PeerServerError('storage-failed', 'There is no room for what the form sends.', {
          cause,
        });
  }
  return token;
}

/** Gives a form back once; undefined when it is gone, was too old, or never was. */
export async function takeForm(token: string): Promise<WaitingForm | undefined> {
  const begun = generation;
  const store = await caches.open(STORE);
  const found = await store.match(addressOf(token));
  if (!found) return undefined;
  const body = await found.blob();
  // Two who ask at once both find it, but only one removes it.
  const isMine = await store.delete(addressOf(token));
  if (!isMine || isOld(found)) return undefined;
  const head = readHead(found.headers.get(HEAD_FIELD));
  return head && begun === generation ? { head, body, generation } : undefined;
}

/**
 * Puts a form aside again under its token: the answer was a redirect that wants it sent once more (307, 308).
 * Does nothing when the site was forgotten meanwhile.
 */
export async function putFormBack(token: string, form: WaitingForm): Promise<void> {
  const { head, body } = form;
  const store = await caches.open(STORE);
  if (form.generation !== generation) return;
  await store.put(addressOf(token), new Response(body, { headers: stored(head) }));
}

/** Nothing of the forms that are in hand is written from now on: a shell is about to clear the site's data. */
export function forgetForms(): void {
  generation += 1;
}

/** The token in a body that the shell has posted for its frame, or undefined. */
export function formTokenOf(body: AskedBody): string | undefined {
  if (body.kind !== 'whole' || body.bytes.length > FORM_TOKEN_FIELD.length + 40) return undefined;
  const [name, token] = new TextDecoder().decode(body.bytes).split('=');
  return name === FORM_TOKEN_FIELD && TOKEN.test(token ?? '') ? token : undefined;
}

/** In Chromium the body streams into the store; Firefox has it as a Blob only. */
async function bodyToKeep(
  request: Request,
): Promise<{ body: BodyInit; isTooLarge: () => boolean }> {
  const body = 'body' in Request.prototype ? request.body : (await request.blob()).stream();
  let bytes = 0;
  const counter = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(chunk, controller) {
      bytes += chunk.length;
      if (bytes <= MAX_FORM_BYTES) controller.enqueue(chunk);
      else controller.error(new Error('Too large.'));
    },
  });
  return { body: body?.pipeThrough(counter) ?? '', isTooLarge: () => bytes > MAX_FORM_BYTES };
}

function stored(head: RequestHead): Record<string, string> {
  // A header's value is Latin-1, and so is what a head may hold (SPEC R2).
  return { [HEAD_FIELD]: JSON.stringify(head), [TIME_FIELD]: String(Date.now()) };
}

/** The head as it was stored; undefined when a script of the site has written something else there. */
function readHead(text: string | null): RequestHead | undefined {
  try {
    const { method, target, headers }: Readonly<Record<string, unknown>> = Object(
      JSON.parse(text ?? 'null'),
    );
    if (typeof method !== 'string' || typeof target !== 'string') return undefined;
    return isHeaderList(headers) ? { method, target, headers } : undefined;
  } catch {
    // No JSON: none of ours.
    return undefined;
  }
}

async function removeOld(store: Cache): Promise<void> {
  const waiting = [...(await store.keys())];
  const tooMany = waiting.length - MAX_WAITING_FORMS + 1;
  for (const [index, request] of waiting.entries()) {
    const form = await store.match(request);
    // They lie in the order in which they came.
    if (!form || index < tooMany || isOld(form)) await store.delete(request);
  }
}

function isOld(form: Response): boolean {
  return Date.now() - Number(form.headers.get(TIME_FIELD)) > FORM_WAITS_MS;
}

function addressOf(token: string): string {
  return `${OWN_PREFIX}form/${token}`;
}
