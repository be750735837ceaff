/** Modules of one site, packages from elsewhere included: many times what a large one has. */
export const MAX_MODULES = 2000;
/** One source file, in UTF-16 units: more is data, which belongs into `public/` or the database. */
export const MAX_FILE_LENGTH = 2 * 1024 * 1024;
/** All that one compilation reads, in UTF-16 units: it is in memory several times while it runs. */
export const MAX_SOURCE_LENGTH = 32 * 1024 * 1024;
/** What a sandbox is given to run, in UTF-16 units. */
export const MAX_BUNDLE_LENGTH = 32 * 1024 * 1024;
/** Problems told of one compilation: the first ones are the ones to mend. */
export const MAX_PROBLEMS = 100;
/** Broken files are left out and the rest is tried again; each round finds what the one before hid. */
export const MAX_ROUNDS = 10;

/** One file of a package from elsewhere, in bytes. */
export const MAX_PACKAGE_FILE_BYTES = 8 * 1024 * 1024;
/** How long one such file may take, in milliseconds: a stalled download must not hold up saves for ever. */
export const PACKAGE_TIMEOUT_MS = 20_000;
/**
 * All that one compiler downloads while a site is open, in UTF-16 units: with one package after the other an
 * author's mistake, or a package server's, could fill the disk.
 */
export const MAX_DOWNLOADED_LENGTH = 64 * 1024 * 1024;
/** Downloads at a time: more are hardly quicker, and each may hold a whole file. */
export const PARALLEL_DOWNLOADS = 8;
