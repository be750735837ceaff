/**
 * What a page's shell is told of a document whose body streams out of the service worker. When that is stopped
 * meanwhile, Chromium leaves the document in the middle of its loading for good, and Firefox takes it for whole.
 */

/** The attribute that brings this to the page script. */
export const DOCUMENT_STREAM_ATTRIBUTE = 'data-stream';

/** Name of the BroadcastChannel on which a service worker says the `id` of each one that is over. */
export const DOCUMENT_STREAMS_CHANNEL = 'peerserver-document-streams';

export interface DocumentStream {
  /** Of this one answer. */
  readonly id: string;
  /** Token of the service worker's life, by which its lock is named. */
  readonly worker: string;
  /** False for the answer to a form: what was sent is not sent twice. */
  readonly mayRepeat: boolean;
}

/** As an attribute for a script's start tag, with a blank before it. */
export function documentStreamAttribute({ id, worker, mayRepeat }: DocumentStream): string {
  return ` ${DOCUMENT_STREAM_ATTRIBUTE}="${id} ${worker} ${mayRepeat ? 'again' : 'once'}"`;
}

/** What the script's element says of its document; undefined for one that was given whole. */
export function documentStreamOf(
  script: { getAttribute(name: string): string | null } | null,
): DocumentStream | undefined {
  const value = script?.getAttribute(DOCUMENT_STREAM_ATTRIBUTE);
  const [id, worker, repeat] = value?.split(' ') ?? [];
  if (!id || !worker) return undefined;
  return { id, worker, mayRepeat: repeat === 'again' };
}
