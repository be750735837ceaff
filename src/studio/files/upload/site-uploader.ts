import type { SiteStore } from '../../host.ts';
import { createUploader, type Uploader } from './uploader.ts';

/** Uploads into a server's files, within the room that this browser has. */
export function createSiteUploader(store: SiteStore): Uploader {
  return createUploader({
    store: () => store,
    room: roomLeft,
    unpack: async (zip, signal) => {
      const { unpackZip } = await import('./unpack-zip.ts');
      return unpackZip(zip, signal);
    },
  });
}

async function roomLeft(): Promise<number | undefined> {
  const { quota, usage } = await navigator.storage.estimate();
  return quota === undefined ? undefined : Math.max(0, quota - (usage ?? 0));
}
