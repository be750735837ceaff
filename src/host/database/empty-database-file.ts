const PAGE_BYTES = 4096;

/** A database without any table, as an SQLite file of one page (sqlite.org/fileformat2.html). */
export function emptyDatabaseFile(): Uint8Array<ArrayBuffer> {
  const file = new Uint8Array(PAGE_BYTES);
  const view = new DataView(file.buffer);
  file.set(new TextEncoder().encode('SQLite format 3\0'));
  view.setUint16(16, PAGE_BYTES);
  // Written and read without a write-ahead log; no bytes reserved; the three fractions are fixed.
  file.set([1, 1, 0, 64, 32, 32], 18);
  const changes = 1;
  view.setUint32(24, changes);
  const pages = 1;
  view.setUint32(28, pages);
  const schemaFormat = 4;
  view.setUint32(44, schemaFormat);
  const utf8 = 1;
  view.setUint32(56, utf8);
  // The size above counts only if this repeats the number of changes.
  view.setUint32(92, changes);
  // The table of tables: a leaf with no cell, whose content would begin at the page's end.
  file[100] = 0x0d;
  view.setUint16(105, PAGE_BYTES);
  return file;
}
