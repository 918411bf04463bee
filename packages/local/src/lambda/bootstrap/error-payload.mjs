import { types } from 'node:util';

function looksLikeError(value) {
  return (
    typeof value?.name === 'string' && typeof value.message === 'string' && typeof value.stack === 'string'
  );
}

/** JSON text of what a handler threw, in the shape of Lambda's Node.js runtime. Never throws. */
export function errorPayload(thrown) {
  try {
    if (types.isNativeError(thrown) || looksLikeError(thrown)) {
      return JSON.stringify({
        errorType: thrown.name,
        errorMessage: thrown.message,
        trace: String(thrown.stack).split('\n'),
      });
    }
    return JSON.stringify({ errorType: typeof thrown, errorMessage: String(thrown), trace: [] });
  } catch {
    return JSON.stringify({
      errorType: 'handled',
      errorMessage: 'The handler threw something whose name, message and stack cannot be read.',
    });
  }
}
