import type { Plugin } from 'esbuild';
import { LAYER_ROOT, layoutOf, moduleOf } from './layout.ts';
import { isThirdParty, type ThirdPartyImports } from './third-party-imports.ts';

/**
 * For the functions' bundles: what comes from packages is imported from the layer, by absolute paths, since Node.js
 * finds ES modules nowhere else. Our own code stays in the function, readable.
 */
export const importFromLayer = (findImports: () => Promise<ThirdPartyImports>): Plugin => ({
  name: 'import-from-layer',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^\/opt\/nodejs\// }, ({ path }) => ({ path, external: true, sideEffects: false }));
    onResolve({ filter: /.*/ }, (request) =>
      isThirdParty(request) ? { path: request.path, namespace: 'package', sideEffects: false } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'package' }, async ({ path }) => ({
      contents: reExports(await findImports(), path),
    }));
  },
});

function reExports(imports: ThirdPartyImports, specifier: string): string {
  const module = layoutOf(imports).find(({ name }) => name === moduleOf(specifier));
  const names = [...(module?.exports ?? [])]
    .filter(([, from]) => from.specifier === specifier)
    .map(([exported, { name }]) => `${exported} as ${name}`);
  return `export { ${names.join(', ')} } from '${LAYER_ROOT}/${moduleOf(specifier)}.mjs';`;
}
