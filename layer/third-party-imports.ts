import { build, type Plugin } from 'esbuild';
import { bundleOptions } from './bundle-options.ts';

/** What is imported of each package: `zod/mini` → `object`, `string`. Sorted, so that equal imports are equal. */
export type ThirdPartyImports = ReadonlyMap<string, readonly string[]>;

/** Packages are imported by their bare names; everything else is a file of the project's or Node's own. */
const BARE = /^[^./]/;
const NAME = /^(?<specifier>[^#]+)#(?<name>.+)$/;

/** Whether an import names a third party's package. */
export const isThirdParty = ({ path, kind }: { readonly path: string; readonly kind: string }): boolean =>
  kind !== 'entry-point' && BARE.test(path) && !path.startsWith('node:');

/**
 * The packages that the entry points import, and of each the names that are left once what nobody uses has been
 * dropped. esbuild says so itself: each name stands in a module of its own, and those that are left are used.
 * @param entryPoints paths relative to `projectDir`
 */
export async function findThirdPartyImports(
  projectDir: string,
  entryPoints: readonly string[],
): Promise<ThirdPartyImports> {
  const { metafile } = await build({
    ...bundleOptions,
    absWorkingDir: projectDir,
    entryPoints: [...entryPoints],
    outdir: 'unwritten',
    write: false,
    metafile: true,
    plugins: [nameByName(projectDir)],
  });
  const names = new Map<string, Set<string>>();
  for (const { path } of Object.values(metafile.outputs).flatMap(({ imports }) => imports)) {
    const { specifier, name } = NAME.exec(path)?.groups ?? {};
    if (specifier === undefined || name === undefined) continue;
    names.set(specifier, (names.get(specifier) ?? new Set()).add(name));
  }
  return new Map([...names].sort().map(([specifier, found]) => [specifier, [...found].sort()]));
}

/** Takes the place of every package with a module that has each of its names from elsewhere. */
const nameByName = (projectDir: string): Plugin => ({
  name: 'name-by-name',
  setup({ onLoad, onResolve }) {
    const known = new Map<string, Promise<readonly string[]>>();
    onResolve({ filter: NAME }, ({ path }) => ({ path, external: true, sideEffects: false }));
    onResolve({ filter: BARE }, (request) =>
      isThirdParty(request) ? { path: request.path, namespace: 'package', sideEffects: false } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'package' }, async ({ path }) => {
      const names = known.get(path) ?? exportsOf(projectDir, path);
      known.set(path, names);
      return {
        contents: (await names)
          .map((name) => `export { ${name} } from ${JSON.stringify(`${path}#${name}`)};`)
          .join('\n'),
      };
    });
  },
});

/** The names that a package's ES module exports; of a CommonJS module that is `default` alone. */
async function exportsOf(projectDir: string, specifier: string): Promise<readonly string[]> {
  const { metafile } = await build({
    ...bundleOptions,
    absWorkingDir: projectDir,
    entryPoints: [specifier],
    outdir: 'unwritten',
    write: false,
    metafile: true,
  });
  return Object.values(metafile.outputs).flatMap(({ exports }) => exports);
}
