import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';

/** Of this program's files among SQLite's: "DLRT". */
export const APPLICATION_ID = 0x44_4c_52_54;

/** https://www.sqlite.org/fileformat.html#the_database_header */
const MAGIC = 'SQLite format 3\0';
const APPLICATION_ID_OFFSET = 68;
const HEADER_BYTES = 100;
/** A file with a table has two pages at least. */
const PAGE_BYTES = 4_096;

/**
 * Whether a file may be this program's, as far as its first bytes say, without SQLite: that would remove what it takes
 * for a left-over of its own, and change settings, in a file of anybody's. One that has just been made has no
 * application id yet, or has it in its write-ahead log.
 */
export function mayBeOwn(file: string): boolean {
  if (!existsSync(file)) return true;
  const header = Buffer.alloc(HEADER_BYTES);
  const descriptor = openSync(file, 'r');
  try {
    const { size } = fstatSync(descriptor);
    if (size === 0) return true;
    if (readSync(descriptor, header) < HEADER_BYTES || !header.toString('latin1').startsWith(MAGIC))
      return false;
    const id = header.readUInt32BE(APPLICATION_ID_OFFSET);
    return id === APPLICATION_ID || (id === 0 && (size <= PAGE_BYTES || existsSync(`${file}-wal`)));
  } finally {
    closeSync(descriptor);
  }
}
