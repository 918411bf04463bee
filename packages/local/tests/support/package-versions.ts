import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Manifest {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

const readManifest = (path: string): Manifest => JSON.parse(readFileSync(path, 'utf8'));

/** The directory in which a dependency is installed. */
export function directoryOf(dependency: string): string {
  let directory = dirname(fileURLToPath(import.meta.resolve(dependency)));
  while (!existsSync(join(directory, 'package.json'))) directory = dirname(directory);
  return directory;
}

/** The version of a dependency that is installed, and what this package's manifest asks for. */
export function versionsOf(dependency: string): { readonly installed: string; readonly required?: string } {
  const { dependencies } = readManifest(join(import.meta.dirname, '../../package.json'));
  const { [dependency]: required } = dependencies;
  const installed = readManifest(join(directoryOf(dependency), 'package.json')).version;
  return { installed, ...(required !== undefined && { required }) };
}
