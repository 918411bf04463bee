import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const OPT = /^(?:file:\/\/)?\/opt\//;
const BARE = /^[^./]/;

/** Where Lambda has Node.js look for packages in a layer, in this order, for `require` alone (NODE_PATH). */
const packageRoots = () => [`nodejs/node${process.versions.node.split('.')[0]}`, 'nodejs'];

/**
 * Has imports find what Lambda would unpack into /opt: modules by their absolute path, and packages for `require`. Of
 * two layers that have the same file, the later one counts, as it is unpacked over the earlier one.
 * https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html
 */
export function mountLayers(directories) {
  if (directories.length === 0) return;
  const layers = directories.toReversed();
  registerHooks({
    resolve(specifier, context, nextResolve) {
      if (OPT.test(specifier)) return nextResolve(inLayer(layers, specifier), context);
      const isPackage = context.conditions.includes('require') && BARE.test(specifier);
      return isPackage
        ? resolvePackage(layers, specifier, context, nextResolve)
        : nextResolve(specifier, context);
    },
  });
}

function inLayer(layers, specifier) {
  const path = decodeURI(specifier.replace(OPT, ''));
  const layer = layers.find((directory) => existsSync(join(directory, path)));
  return layer === undefined ? specifier : pathToFileURL(join(layer, path)).href;
}

/** As Node.js looks for it, and then as if somebody in each layer had asked. */
function resolvePackage(layers, specifier, context, nextResolve) {
  const layerParents = layers
    .flatMap((directory) => packageRoots().map((root) => join(directory, root)))
    .filter((root) => existsSync(join(root, 'node_modules')))
    .map((root) => pathToFileURL(join(root, 'anybody.cjs')).href);
  let notFound;
  for (const parentURL of [context.parentURL, ...layerParents]) {
    try {
      return nextResolve(specifier, { ...context, parentURL });
    } catch (error) {
      if (error?.code !== 'MODULE_NOT_FOUND') throw error;
      notFound ??= error;
    }
  }
  throw notFound;
}
