import { join } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';
import { bundleOptions } from './bundle-options.ts';
import { bundlesOf, type LayerModule, layoutOf } from './layout.ts';
import { NOTICES_FILE, packagesIn, readNotices } from './notices.ts';
import type { ThirdPartyImports } from './third-party-imports.ts';

/** What the SDK loads lazily, for browsers and for streams of events, and no function of ours ever does. */
const NEVER_LOADED = /^(bowser|@smithy\/core\/event-streams)$/;

/** A file of the layer: its path inside the layer, with `/`, and its content. */
export interface LayerFile {
  readonly path: string;
  readonly content: Uint8Array;
}

export interface Layer {
  /** The modules, in the order of their paths, and the notices of the packages that they are made of. */
  readonly files: readonly LayerFile[];
  /** One for each file, named after it; they are no part of the layer. */
  readonly sourceMaps: readonly LayerFile[];
}

/** Lambda gives a function its credentials in the environment: no other provider is ever asked. */
const DEFAULT_CREDENTIALS = /^@aws-sdk\/credential-provider-node$/;

/**
 * Bundles what is imported, and only that, into the modules of the layer. What the packages load lazily stays in
 * files of its own. The same packages and imports make the same bytes on any machine.
 */
export async function buildLayer(projectDir: string, imports: ThirdPartyImports): Promise<Layer> {
  const outputs = await Promise.all(
    bundlesOf(layoutOf(imports))
      .filter((modules) => modules.length > 0)
      .map((modules) => bundle(projectDir, modules)),
  );
  // What is the same in several has the same name.
  const files = new Map(outputs.flatMap(({ files }) => files).map((file) => [file.path, file]));
  const sorted = [...files.values()].sort((one, other) => (one.path < other.path ? -1 : 1));
  const packages = packagesIn(outputs.map(({ metafile }) => metafile.outputs));
  const notices = new TextEncoder().encode(await readNotices(projectDir, packages));
  return {
    files: [...sorted.filter(({ path }) => path.endsWith('.mjs')), { path: NOTICES_FILE, content: notices }],
    sourceMaps: sorted.filter(({ path }) => path.endsWith('.map')),
  };
}

interface Bundle {
  readonly files: readonly LayerFile[];
  readonly metafile: Metafile;
}

async function bundle(projectDir: string, modules: readonly LayerModule[]): Promise<Bundle> {
  const { metafile, outputFiles } = await build({
    ...bundleOptions,
    absWorkingDir: projectDir,
    entryPoints: modules.map(({ name }) => ({ in: `layer:${name}`, out: name })),
    outdir: 'nodejs',
    outExtension: { '.js': '.mjs' },
    chunkNames: '[hash]',
    splitting: true,
    minify: true,
    sourcemap: 'external',
    metafile: true,
    write: false,
    plugins: [layerModules(projectDir, modules), environmentCredentials(projectDir), leaveOut],
  });
  const files = outputFiles.map(({ path, contents }) => ({
    path: path.slice(projectDir.length + 1).replaceAll('\\', '/'),
    content: contents,
  }));
  return { files, metafile };
}

const layerModules = (projectDir: string, modules: readonly LayerModule[]): Plugin => ({
  name: 'layer-modules',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^layer:/ }, ({ path }) => ({
      path: path.slice('layer:'.length),
      namespace: 'layer',
    }));
    onLoad({ filter: /.*/, namespace: 'layer' }, ({ path }) => ({
      contents: exportStatements(modules.find(({ name }) => name === path)),
      resolveDir: projectDir,
    }));
  },
});

function exportStatements(module: LayerModule | undefined): string {
  return [...(module?.exports ?? [])]
    .map(([exported, { specifier, name }]) => `export { ${name} as ${exported} } from '${specifier}';`)
    .join('\n');
}

const environmentCredentials = (projectDir: string): Plugin => ({
  name: 'environment-credentials',
  setup({ onResolve }) {
    onResolve({ filter: DEFAULT_CREDENTIALS }, () => ({
      path: join(projectDir, 'layer', 'environment-credentials.ts'),
    }));
  },
});

/** Left in, it would be files of its own, and with it what it shares with the rest: each costs time to load. */
const leaveOut: Plugin = {
  name: 'leave-out',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: NEVER_LOADED }, ({ path, kind }) =>
      kind === 'dynamic-import' ? { path, namespace: 'left-out' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path }) => ({
      contents: `throw new Error('${path} is not in the layer: see NEVER_LOADED in layer/build-layer.ts');`,
    }));
  },
};
