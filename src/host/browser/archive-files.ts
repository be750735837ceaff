/** A file in a zip that is not unpacked yet. */
export interface PackedFile {
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** The content; fails with bad-input when it is damaged. */
  open(): ReadableStream<Uint8Array<ArrayBuffer>>;
}

/**
 * The files in a zip, without drafts and database if it is one of ours. Unpacks nothing.
 * @throws PeerServerError bad-input when it is no sound archive or goes beyond a limit; storage-failed
 */
export async function listArchive(archive: Blob): Promise<readonly PackedFile[]> {
  const { readSiteArchive } = await import('../archive/site-archive.ts');
  const site = await readSiteArchive(archive);
  return site.files().filter(({ layer }) => layer === 'live');
}
