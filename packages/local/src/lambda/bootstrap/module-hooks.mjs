import { existsSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
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
      const isRequired = context.conditions.includes('require');
      if (OPT.test(specifier)) return nextResolve(inLayer(layers, specifier, isRequired), context);
      return isRequired && BARE.test(specifier)
        ? resolvePackage(layers, specifier, context, nextResolve)
        : nextResolve(specifier, context);
    },
  });
}

function inLayer(layers, specifier, isRequired) {
  const path = isRequired ? specifier.replace(OPT, '') : decodeURI(specifier.replace(OPT, ''));
  const layer = layers.find((directory) => existsSync(join(directory, path)));
  if (layer === undefined) return specifier;
  return isRequired ? join(layer, path) : pathToFileURL(join(layer, path)).href;
}

/** As Node.js looks for it, and then as if a module in each layer had asked. */
function resolvePackage(layers, specifier, context, nextResolve) {
  try {
    return nextResolve(specifier, context);
  } catch (error) {
    if (error?.code !== 'MODULE_NOT_FOUND') throw error;
    const found = findPackage(layers, specifier);
    if (found === undefined) throw error;
    return nextResolve(found, context);
  }
}

function findPackage(layers, specifier) {
  const roots = layers.flatMap((directory) => packageRoots().map((root) => join(directory, root)));
  const [packageName] = /^(?:@[^/]+\/)?[^/]+/.exec(specifier) ?? [specifier];
  const root = roots.find((candidate) => existsSync(join(candidate, 'node_modules', packageName)));
  // Relative to the layer, so that Node.js finds what package.json says, and nothing of what lies above the layer.
  return root === undefined ? undefined : createRequire(join(root, 'index.js')).resolve(specifier);
}

const SDK = /^@(?:aws-sdk|smithy)\//;
const NOT_FOUND = ['MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND'];
const ownRequire = createRequire(import.meta.url);

/**
 * Has functions find the AWS SDK for JavaScript where neither they nor their layers bring it along: Lambda's runtimes
 * include it, this one those of its packages that are installed with it. Comes after layers are mounted.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html#nodejs-sdk-included
 */
export function includeSdk() {
  registerHooks({
    resolve(specifier, context, nextResolve) {
      if (!SDK.test(specifier)) return nextResolve(specifier, context);
      try {
        return nextResolve(specifier, context);
      } catch (error) {
        if (!NOT_FOUND.includes(error?.code) || context.parentURL === import.meta.url) throw error;
        return ownPackage(specifier, context, nextResolve, error);
      }
    },
  });
}

/** As if this module had asked; what nobody has is missing where the function has asked for it. */
function ownPackage(specifier, context, nextResolve, notFound) {
  try {
    return context.conditions.includes('require')
      ? nextResolve(ownRequire.resolve(specifier), context)
      : nextResolve(specifier, { ...context, parentURL: import.meta.url });
  } catch (error) {
    throw NOT_FOUND.includes(error?.code) ? notFound : error;
  }
}
