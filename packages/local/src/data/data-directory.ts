import { chmodSync, closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COLLECTIONS_SCHEMA, type Collections, keptCollections, memoryCollections } from './collections.ts';
import { Database, DataError, systemErrorCode } from './database.ts';

/** Of this program's files among SQLite's: "DLRT". */
const APPLICATION_ID = 0x44_4c_52_54;

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
function mayBeOwn(file: string): boolean {
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

/** Enough for what is under way to come to its end, and for files to be closed in order. */
const ENOUGH_BYTES = 1_000_000;
const CHECK_MS = 1_000;

/** Looks after the room on a disk. */
interface DiskSpace {
  /** Resolves to what is to be told when there is no room left, which is the end of whoever keeps something there. */
  readonly failed: Promise<Error>;
  close(): void;
}

/**
 * Watches the disk of a directory: not everything that is written there comes to know by itself that it is full, and
 * who does can do no more. Throws {@link DataError} when it is full already, and the system's error.
 */
async function watchDiskSpace(directory: string): Promise<DiskSpace> {
  const { promise: failed, resolve } = Promise.withResolvers<Error>();
  const first = await fullness(directory);
  if (first !== undefined) throw first;
  const timer = setInterval(async () => {
    const error = await fullness(directory).catch((cause: unknown) => unreadable(directory, cause));
    if (error !== undefined) resolve(error);
  }, CHECK_MS);
  timer.unref();
  return { failed, close: () => clearInterval(timer) };
}

async function fullness(directory: string): Promise<DataError | undefined> {
  const { bavail, bsize } = await statfs(directory);
  if (bavail * bsize >= ENOUGH_BYTES) return undefined;
  return new DataError(
    `The disk of ${directory} is full: make room there, and start again. What was acknowledged is kept.`,
  );
}

function unreadable(directory: string, cause: unknown): DataError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new DataError(
    `${directory} can't be reached any longer (${reason}): bring it back, and start again.`,
    {
      cause,
    },
  );
}

/** Where a part of the runtime has its files. */
interface PartDirectory {
  readonly path: string;
  /** Removes it with all that is in it, unless it is to outlive the runtime. */
  close(): Promise<void>;
}

/** The directory of a part in the data directory, or a temporary one with that prefix where nothing is kept. */
export async function openPartDirectory(kept: string | undefined, prefix: string): Promise<PartDirectory> {
  if (kept !== undefined) return { path: kept, close: async () => undefined };
  const path = await mkdtemp(join(tmpdir(), prefix));
  return { path, close: () => rm(path, { recursive: true, force: true }) };
}

/** Where a runtime keeps what is to outlive it. One runtime at a time has it. */
export interface DataDirectory {
  readonly collections: Collections;
  readonly database: Database;
  /** Files and directories for those who keep something in a way of their own. */
  readonly paths: DataPaths;
  /** Resolves to what went wrong when nothing can be written any longer. */
  readonly failed: Promise<Error>;
  close(): void;
}

/** Absolute, where the directory is. */
interface DataPaths {
  /** The table engine's file. */
  readonly tables: string;
  readonly queues: string;
  /** Of functions and layers that calls have made. */
  readonly uploadedCode: string;
  /** Of what was deployed. */
  readonly deployedCode: string;
  /** Of the packages that runtimes have started with. */
  readonly packagedCode: string;
  readonly objects: string;
  readonly logs: string;
  /** Results of map runs that are not in S3 yet. */
  readonly mapRuns: string;
  readonly ttlRemovals: string;
}

/** One more with each change after which an older runtime, or this one with older data, would go wrong. */
const FORMAT_VERSION = 2;
const FILE = 'runtime.db';

const OWNER_ONLY = 0o700;
const OWNER_READS_AND_WRITES = 0o600;

const BUSY = 5;
const DAMAGED = new Set([11, 26]);

/**
 * Opens a data directory, or makes one that its owner alone can look into.
 * @throws DataError for a directory that is another runtime's, another program's, or another format's or Region's
 */
export async function openDataDirectory(directory: string, region: string): Promise<DataDirectory> {
  await makeDirectory(directory);
  const disk = await watchDiskSpace(directory);
  const parts = new DisposableStack();
  parts.defer(() => disk.close());
  try {
    const database = openDatabase(directory);
    parts.defer(() => database.close());
    checkFormat(directory, database);
    const collections = keptCollections(database);
    checkRegion(directory, region, collections.open('settings'));
    return {
      collections,
      database,
      paths: {
        tables: join(directory, 'tables.db'),
        queues: join(directory, 'queues'),
        uploadedCode: join(directory, 'uploaded-code'),
        deployedCode: join(directory, 'deployed-code'),
        packagedCode: join(directory, 'packaged-code'),
        objects: join(directory, 'objects'),
        logs: join(directory, 'logs'),
        mapRuns: join(directory, 'map-runs'),
        ttlRemovals: join(directory, 'ttl-removals.jsonl'),
      },
      failed: Promise.race([database.failed, disk.failed]),
      close: () => parts.dispose(),
    };
  } catch (error) {
    parts.dispose();
    throw DAMAGED.has(Object(error).errcode) ? notOurs(directory, error) : error;
  }
}

/** What is kept, or what is gone with the process where there is no directory. */
export const collectionsOf = (data: DataDirectory | undefined): Collections =>
  data?.collections ?? memoryCollections;

async function makeDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true, mode: OWNER_ONLY });
    const files = await readdir(directory);
    if (files.length === 0 || files.includes(FILE)) return;
  } catch (cause) {
    throw new DataError(
      `${directory} can't be used as a data directory (${systemErrorCode(cause)}): give --data a directory that can be written.`,
      { cause },
    );
  }
  throw new DataError(
    `${directory} holds files that are not the laptop runtime's: give --data an empty directory, or a new one.`,
  );
}

function openDatabase(directory: string): Database {
  const file = join(directory, FILE);
  try {
    if (!mayBeOwn(file)) throw notOurs(directory);
    const database = new Database(file);
    // Private keys are in it, and the directory may have been there before.
    chmodSync(file, OWNER_READS_AND_WRITES);
    return database;
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    const { errcode } = Object(cause);
    if (errcode === BUSY) {
      throw new DataError(
        `Another runtime is using ${directory}: stop it, or give this one another directory with --data.`,
        { cause },
      );
    }
    if (DAMAGED.has(errcode)) throw notOurs(directory, cause);
    throw new DataError(
      `${file} can't be opened (${cause instanceof Error ? cause.message : cause}): check its permissions, or give --data another directory.`,
      { cause },
    );
  }
}

function notOurs(directory: string, cause?: unknown): DataError {
  return new DataError(
    `${join(directory, FILE)} is damaged, or not of the laptop runtime: give --data another directory.`,
    { cause },
  );
}

/** A file without any table is new. */
function checkFormat(directory: string, database: Database): void {
  const pragma = (name: string) => Object(database.prepare(`PRAGMA ${name}`).get())[name] as number;
  let isNew: boolean;
  try {
    isNew = database.prepare('SELECT 1 FROM sqlite_schema').get() === undefined;
  } catch (error) {
    throw notOurs(directory, error);
  }
  if (isNew) {
    database.transact(
      `${COLLECTIONS_SCHEMA};PRAGMA application_id = ${APPLICATION_ID};PRAGMA user_version = ${FORMAT_VERSION}`,
    );
    return;
  }
  if (pragma('application_id') !== APPLICATION_ID) throw notOurs(directory);
  const version = pragma('user_version');
  if (version === FORMAT_VERSION) return;
  throw new DataError(
    `${directory} was written by another version of the laptop runtime (format ${version}, and this one has ${FORMAT_VERSION}): use that version, or give --data another directory.`,
  );
}

/** The Region is part of every ARN. */
function checkRegion(directory: string, region: string, settings: Map<string, string>): void {
  const before = settings.get('region');
  if (before === undefined) settings.set('region', region);
  if (before === undefined || before === region) return;
  throw new DataError(
    `${directory} was made with --region ${before}: start with that one again, or give --data another directory.`,
  );
}
