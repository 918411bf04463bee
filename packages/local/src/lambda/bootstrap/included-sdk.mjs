import { createRequire, registerHooks } from 'node:module';

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
