import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemErrorCode } from './system-error.ts';

/** Where a project says what its package is made from: its package.json has `{[SETTINGS]: {"sources": [...]}}`. */
const SETTINGS = 'device-lifecycle-local';

/** Beside those: they say what is installed. */
const MANIFESTS = ['package.json', 'package-lock.json'];

/** One file of the sources: its path relative to the project, with `/`, and its content. */
export interface SourceFile {
  readonly path: string;
  readonly content: Buffer;
}

/** What no package is made from, wherever it stands: what is installed, and what tools keep. */
const NO_SOURCES = /(^|\/)(node_modules|\.git|\.local|\.serverless|\.esbuild|\.build|coverage)(\/|$)/;

/**
 * Every file that the package is made from, in the order of their paths: what its package.json names as sources, where
 * it does, and otherwise all that stands in the directory.
 */
export async function readSources(projectDir: string): Promise<readonly SourceFile[]> {
  const paths = await Promise.all(
    (await entriesOf(projectDir)).map((entry) => filesUnder(projectDir, entry)),
  );
  const sorted = paths.flat().sort();
  // One after the other costs a tenth of what it does side by side: they are many, and small.
  return sorted.map((path) => ({ path, content: readFileSync(join(projectDir, path)) }));
}

async function entriesOf(projectDir: string): Promise<readonly string[]> {
  const named = namedIn(join(projectDir, 'package.json'));
  if (named !== undefined) return [...new Set([...MANIFESTS, ...named])];
  return (await readdir(projectDir)).filter((name) => !NO_SOURCES.test(name));
}

function namedIn(manifest: string): readonly string[] | undefined {
  if (!existsSync(manifest)) return undefined;
  const { [SETTINGS]: settings } = JSON.parse(readFileSync(manifest, 'utf8')) as {
    readonly [SETTINGS]?: { readonly sources: readonly string[] };
  };
  return settings?.sources;
}

async function filesUnder(projectDir: string, entry: string): Promise<readonly string[]> {
  try {
    const children = await readdir(join(projectDir, entry), { recursive: true, withFileTypes: true });
    return children
      .filter((child) => child.isFile())
      .map((child) => join(child.parentPath, child.name).slice(projectDir.length + 1))
      .filter((path) => !NO_SOURCES.test(path));
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOTDIR') return [entry];
    if (code === 'ENOENT') return [];
    throw error;
  }
}

/** A name for exactly these sources, built with these settings. */
export function hashSources(
  sources: readonly SourceFile[],
  settings: Readonly<Record<string, string>>,
): string {
  const hash = createHash('sha256');
  // Lengths keep two files from being read as one: without them "a" + "bc" and "ab" + "c" would be the same.
  for (const [name, value] of Object.entries(settings).sort())
    hash.update(`${name}=${value.length}:${value}\n`);
  for (const { path, content } of sources) hash.update(`${path}:${content.length}\n`).update(content);
  return hash.digest('hex').slice(0, 32);
}

/** Writes the sources as they were read and hashed, so that what is built is what the hash names. */
export async function writeSources(sources: readonly SourceFile[], directory: string): Promise<void> {
  await Promise.all(
    sources.map(async ({ path, content }) => {
      const file = join(directory, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content);
    }),
  );
}
