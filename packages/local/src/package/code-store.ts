import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { publish, touch, unzip } from './cache.ts';

/** Where the code is that a package's template names by a key in S3: `…/registerDevice.zip` is `registerDevice`. */
export function packagedCode(codeDirectory: string, key: string): string {
  return join(codeDirectory, basename(key, '.zip'));
}

/** Code of a function or a layer, unzipped. */
export interface StoredCode {
  /** Absolute path. It stays as it is: another archive has another one. */
  readonly directory: string;
  /** The archive's SHA-256, in base64. */
  readonly codeSha256: string;
  /** The archive's size in bytes. */
  readonly codeSize: number;
}

/** Archives that were deployed, unzipped; each once, by its hash. */
export interface CodeStore {
  /** Rejects with an error of yauzl's for what is no ZIP archive. */
  unzip(archive: AsyncIterable<Uint8Array>): Promise<StoredCode>;
  /** Code that is one file, which is no archive: AWS makes one of it. */
  file(fileName: string, text: string): Promise<string>;
  /** Removes all code but that in these directories. */
  removeAllBut(directories: ReadonlySet<string>): Promise<void>;
}

const WORK_PREFIX = '.work-';

/** Keeps code below a directory of its own, which it makes. */
export async function openCodeStore(root: string): Promise<CodeStore> {
  await mkdir(root, { recursive: true });
  // On Lambda no package.json lies above the code.
  await writeFile(join(root, 'package.json'), '{}\n');

  async function inWorkDirectory<T>(work: (directory: string) => Promise<T>): Promise<T> {
    const directory = await mkdtemp(join(root, WORK_PREFIX));
    try {
      return await work(directory);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  }

  return {
    unzip: (archive) =>
      inWorkDirectory(async (work) => {
        const file = join(work, 'archive.zip');
        const hash = createHash('sha256');
        await pipeline(Readable.from(archive), hashing(hash), createWriteStream(file));
        const digest = hash.digest();
        const directory = join(root, digest.toString('hex'));
        if (!(await touch(directory))) {
          const code = join(work, 'code');
          await mkdir(code);
          await unzip(file, code);
          await publish(code, directory);
        }
        return { directory, codeSha256: digest.toString('base64'), codeSize: (await stat(file)).size };
      }),

    file: (fileName, text) =>
      inWorkDirectory(async (work) => {
        const name = createHash('sha256').update(`${fileName}\n${text}`).digest('hex');
        const directory = join(root, name);
        if (await touch(directory)) return directory;
        const code = join(work, 'code');
        await mkdir(code);
        await writeFile(join(code, fileName), text);
        await publish(code, directory);
        return directory;
      }),

    async removeAllBut(directories) {
      const entries = await readdir(root, { withFileTypes: true });
      const unused = entries.filter(
        (entry) => entry.isDirectory() && !directories.has(join(root, entry.name)),
      );
      await Promise.all(unused.map(({ name }) => rm(join(root, name), { recursive: true, force: true })));
    },
  };
}

/** Passes bytes on, and has the hash see them. */
function hashing(hash: ReturnType<typeof createHash>) {
  return async function* (bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of bytes) {
      hash.update(chunk);
      yield chunk;
    }
  };
}
