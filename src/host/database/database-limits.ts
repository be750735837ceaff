/** What a site's code may ask of its database. All of it comes out of the sandbox, so all of it is bounded. */

/** Of one request as a whole, a batch included: the database does one thing at a time, so others wait. */
export const REQUEST_TIME_MS = 10_000;

/** Of one run of the migrations: they may rewrite large tables, and nobody is served meanwhile. */
export const MIGRATION_TIME_MS = 60_000;

/** All results of a request together. More than fits in a page, and far less than a tab's memory. */
export const MAX_RESULT_ROWS = 100_000;
export const MAX_RESULT_BYTES = 64 * 1024 * 1024;

/** One text, blob or row. Also bounds how long a single step of SQLite can take. */
export const MAX_VALUE_BYTES = 16 * 1024 * 1024;

/** Text of one statement, script or migration. D1 allows 100 KB; scripts that fill tables are longer. */
export const MAX_SQL_LENGTH = 1024 * 1024;

/** Values of one statement: D1's number is 100, SQLite's own 32,766. */
export const MAX_BOUND_VALUES = 32_766;

/** Statements of one batch. */
export const MAX_BATCH_STATEMENTS = 10_000;

/** All values of a request together: they lie in memory twice while it runs. */
export const MAX_REQUEST_BYTES = 64 * 1024 * 1024;

/** A pattern of LIKE or GLOB: matching takes time of its length times the text's, in a single step. */
export const MAX_LIKE_PATTERN_BYTES = 100;

/** The whole database: a backup of it passes through memory. D1's free plan allows 500 MB. */
export const MAX_DATABASE_BYTES = 512 * 1024 * 1024;

/** What SQLite may take of the memory: a database being restored, and its cache. */
export const MAX_HEAP_BYTES = 768 * 1024 * 1024;

/** Prepared statements kept for the next time; a site rarely has more different ones. */
export const MAX_CACHED_STATEMENTS = 100;

/** How often a script of the studio looks whether it is to stop, milliseconds: as soon as a person notices. */
export const STOP_SIGN_EVERY_MS = 100;

/** Of one import, milliseconds: a table is filled in one transaction, and nobody is served meanwhile. */
export const IMPORT_TIME_MS = 30_000;

/** Rows of an import that the table refuses and that are told one by one. */
export const MAX_REFUSED_TOLD = 100;
