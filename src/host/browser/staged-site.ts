import { normalizeSitePath } from '../site-path.ts';
import type { BlobContent, StoredBlob } from './blob-store.ts';
import { countedStream } from './counted-stream.ts';
import { forEachOf } from './for-each-of.ts';
import {
  EMPTY_STATE,
  type ManifestEntry,
  type SiteState,
  withFiles,
  withoutAny,
} from './manifest.ts';
import type { LongTaskOptions } from './public-api.ts';
import type { WholeSite } from './whole-site.ts';

/** Files written at a time: small ones are mostly waiting, and each may hold 16 MiB. */
const PARALLEL_WRITES = 4;

/** Stores content, opened anew for a second try; see `BlobStore.put`. */
export type PutBlob = (
  open: () => BlobContent | Promise<BlobContent>,
  signal: AbortSignal,
) => Promise<StoredBlob>;

/** A whole site whose contents are stored and belong to nothing yet. */
export class StagedSite {
  readonly #put: PutBlob;
  readonly #now: () => number;
  readonly #live = new Map<string, ManifestEntry>();
  readonly #draft = new Map<string, ManifestEntry>();
  readonly #stored: StoredBlob[] = [];
  #removed: readonly string[] = [];

  /** @param now time of day in milliseconds since 1970 */
  constructor(put: PutBlob, now: () => number) {
    this.#put = put;
    this.#now = now;
  }

  /**
   * Stores all files of a site. Of two with the same path the later wins.
   * @throws PeerServerError storage-failed, cancelled, bad-input, and what reading the site throws
   */
  async add(site: WholeSite, { signal, onProgress }: LongTaskOptions): Promise<void> {
    let done = 0;
    this.#removed = site.removedFromDraft.map(normalizeSitePath);
    onProgress?.({ done, total: site.bytes });
    await forEachOf(site.files(), PARALLEL_WRITES, async (item) => {
      const path = normalizeSitePath(item.path);
      const layer = item.layer === 'live' ? this.#live : this.#draft;
      // Holds the place: which of two is the later must not depend on which is stored first.
      const modified = item.modified ?? this.#now();
      const place = { blob: '', size: 0, modified };
      layer.set(path, place);
      let counted = 0;
      const count = (bytes: number): void => {
        counted += bytes;
        done += bytes;
        onProgress?.({ done, total: site.bytes });
      };
      const stored = await this.#put(async () => {
        // Perhaps a second try.
        count(-counted);
        const content = await item.open();
        return content instanceof ReadableStream ? countedStream(content, count) : content;
      }, signal);
      this.#stored.push(stored);
      if (layer.get(path) === place) {
        layer.set(path, { blob: stored.blob, size: stored.size, modified });
      }
      count(stored.size - counted);
    });
  }

  /**
   * The site as a state of the index.
   * @throws PeerServerError bad-input when a path would be a file and a folder at once
   */
  state(): SiteState {
    const live = withFiles(EMPTY_STATE.live, this.#live);
    const draft = withFiles(withoutAny(live, this.#removed), this.#draft);
    return { live, draft, undo: [] };
  }

  /** Its contents are kept no longer, except as far as an index needs them. */
  release(): void {
    for (const blob of this.#stored.splice(0)) blob.release();
  }
}
