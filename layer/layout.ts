import type { ThirdPartyImports } from './third-party-imports.ts';

/** Where Lambda puts the layer's modules: it unpacks layers into /opt. */
export const LAYER_ROOT = '/opt/nodejs';

/** A module of the layer, and what it re-exports: by exported name, which package's which name. */
export interface LayerModule {
  /** Without extension: `common`, `client-dynamodb`. */
  readonly name: string;
  readonly exports: ReadonlyMap<string, PackageExport>;
}

export interface PackageExport {
  readonly specifier: string;
  readonly name: string;
}

/** DynamoDB's client is not among them: every function uses it. */
const OWN = /^(?:@aws-sdk\/)?(client-(?!dynamodb$).+|lib-storage|csv-stringify)(?:\/.+)?$/;

/**
 * AWS clients, and what but few functions use, are modules of their own, loaded by those who use them; all else is one
 * module, since each file that is loaded costs time and nearly every function needs nearly all of it.
 */
export const moduleOf = (specifier: string): string => OWN.exec(specifier)?.[1] ?? 'common';

/** For files of fleets, which two functions work with. */
const FOR_FILES = new Set(['client-s3', 'csv-stringify', 'lib-storage']);

/**
 * What is bundled together and shares files. What is for files of fleets does not: its part of the packages that all use
 * would be in files that every function loads, a tenth more of them.
 */
export const bundlesOf = (modules: readonly LayerModule[]): readonly (readonly LayerModule[])[] => [
  modules.filter(({ name }) => !FOR_FILES.has(name)),
  modules.filter(({ name }) => FOR_FILES.has(name)),
];

/** `@middy/core` → `middyCore`. */
const identifierOf = (specifier: string): string =>
  specifier.replace(/^\W+/, '').replaceAll(/\W+(\w)/g, (_, letter: string) => letter.toUpperCase());

/** The modules of a layer that has exactly these imports. */
export function layoutOf(imports: ThirdPartyImports): readonly LayerModule[] {
  const modules = new Map<string, PackageExport[]>();
  for (const [specifier, names] of imports) {
    const module = modules.get(moduleOf(specifier)) ?? [];
    modules.set(moduleOf(specifier), [...module, ...names.map((name) => ({ specifier, name }))]);
  }
  return [...modules].map(([name, found]) => ({ name, exports: nameExports(found) }));
}

/** By their own names; by their package's too where that is `default`, or two packages have the same. */
function nameExports(found: readonly PackageExport[]): ReadonlyMap<string, PackageExport> {
  const shared = new Map<string, number>();
  for (const { name } of found) shared.set(name, (shared.get(name) ?? 0) + 1);
  return new Map(
    found.map((from) => {
      const { specifier, name } = from;
      if (name === 'default') return [identifierOf(specifier), from];
      return [shared.get(name) === 1 ? name : `${identifierOf(specifier)}_${name}`, from];
    }),
  );
}
