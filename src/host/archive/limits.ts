/**
 * What an archive may ask of a tab. Somebody else may have made it, so each limit is checked before anything
 * is unpacked, and what the archive says of itself is checked against what comes out of it.
 */

/** Files and folders. Ten times a large site, and a tenth of what a list in a page can bear. */
export const MAX_ARCHIVE_ENTRIES = 20_000;

/** The list of contents is read whole; this leaves 800 bytes for each entry, ten times the usual. */
export const MAX_DIRECTORY_BYTES = 16 * 1024 * 1024;

/** All files together. Every zip tool reads what is smaller than 4 GiB, and few browsers store more. */
export const MAX_UNPACKED_BYTES = 2 * 1024 * 1024 * 1024;

/**
 * Unpacked bytes for each byte of the archive: text comes to 10, and Deflate can do 1,032, which is what bombs
 * are made of. Our own archives keep within it: see `site-archive-writer.ts`.
 */
export const MAX_RATIO = 100;

/** So much may come out of any archive, however small: nobody is harmed by it, and empty tables pack well. */
export const RATIO_FREE_BYTES = 64 * 1024 * 1024;

/** The note in `.peerserver/site.json`: 20,000 paths of 400 characters. */
export const MAX_NOTE_BYTES = 8 * 1024 * 1024;
