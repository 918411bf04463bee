import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A package of package-lock.json, version 3. */
export interface LockedPackage {
  /** `node_modules/…` */
  readonly path: string;
  readonly name: string;
  readonly version: string;
  /** SPDX expression. */
  readonly license: string | undefined;
  /** Subresource integrity of its archive. */
  readonly integrity: string | undefined;
  /** Where it comes from, if that is not left to whoever installs. */
  readonly resolved: string | undefined;
  readonly hasInstallScript: boolean;
  /** Whether nothing but development needs it. */
  readonly isForDevelopment: boolean;
  /** Whether all works without it, or it is for certain platforms alone. */
  readonly isOptional: boolean;
  /** Names of what it needs, or uses where it is there. */
  readonly needs: readonly string[];
}

interface Entry {
  readonly link?: boolean;
  readonly version?: string;
  readonly license?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly hasInstallScript?: boolean;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly optional?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const lockedPackage = (path: string, entry: Entry): LockedPackage => ({
  path,
  name: path.replace(/^.*node_modules\//, ''),
  version: entry.version ?? '',
  license: entry.license,
  integrity: entry.integrity,
  resolved: entry.resolved,
  hasInstallScript: entry.hasInstallScript === true,
  isForDevelopment: entry.dev === true || entry.devOptional === true,
  isOptional: entry.optional === true,
  needs: Object.keys({ ...entry.dependencies, ...entry.optionalDependencies }),
});

/** All packages of a lock file, by path. */
export function parseLock(text: string): readonly LockedPackage[] {
  const { packages } = JSON.parse(text) as { readonly packages: Readonly<Record<string, Entry>> };
  return (
    Object.entries(packages)
      // The workspaces' own packages, and the links to them, are of this repository.
      .filter(([path, { link }]) => path.includes('node_modules/') && link !== true)
      .map(([path, entry]) => lockedPackage(path, entry))
  );
}

/** What runs outside of development. */
export const inProduction = (packages: readonly LockedPackage[]): readonly LockedPackage[] =>
  packages.filter(({ isForDevelopment }) => !isForDevelopment);

/** A name and a version, as in a command line of npm. */
export const idOf = ({ name, version }: { readonly name: string; readonly version: string }): string =>
  `${name}@${version}`;

/** What a package gets for a name that it needs: the nearest, as Node.js looks it up. */
export function resolveFrom(
  path: string,
  name: string,
  byPath: ReadonlyMap<string, LockedPackage>,
): LockedPackage | undefined {
  for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    const found = byPath.get(at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`);
    if (found !== undefined || at === '') return found;
  }
}

/** What is installed for certain packages, named from the root: they, and all that they need. */
export function closureOf(
  names: readonly string[],
  packages: readonly LockedPackage[],
): readonly LockedPackage[] {
  const byPath = new Map(packages.map((each) => [each.path, each]));
  const found = new Set<LockedPackage>();
  const add = (from: string, needed: readonly string[]): void => {
    for (const name of needed) {
      const each = resolveFrom(from, name, byPath);
      if (each === undefined || found.has(each)) continue;
      found.add(each);
      add(each.path, each.needs);
    }
  };
  add('', names);
  return [...found];
}

export const readLock = async (projectDir: string): Promise<readonly LockedPackage[]> =>
  parseLock(await readFile(join(projectDir, 'package-lock.json'), 'utf8'));
