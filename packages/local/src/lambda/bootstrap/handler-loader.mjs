import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);

/**
 * What the Node.js runtime of Lambda reports when a function's code cannot be loaded. `kind` comes after
 * `Runtime.`: `ImportModuleError`, `HandlerNotFound`, `MalformedHandlerName`, `UserCodeSyntaxError`,
 * `CallbackHandlerDeprecated`.
 */
export class InitError extends Error {
  constructor(kind, message, stack) {
    super(message);
    this.name = `Runtime.${kind}`;
    if (stack !== undefined) this.stack = stack;
  }
}

/** Whether the nearest package.json says `"type": "module"`, looked for up to the code's root. */
function isModulePackage(folder, codeDir) {
  const manifest = join(folder, 'package.json');
  if (existsSync(manifest)) return JSON.parse(readFileSync(manifest, 'utf8')).type === 'module';
  if (folder === codeDir || folder === dirname(folder) || basename(folder) === 'node_modules') return false;
  return isModulePackage(dirname(folder), codeDir);
}

/** The order in which Lambda looks for the handler's file, and how it loads each. */
function candidates(file, isModule) {
  const js = { path: `${file}.js`, load: isModule ? importFile : requireFile };
  return [
    { path: file, load: requireFile },
    js,
    { path: `${file}.mjs`, load: importFile },
    { path: `${file}.cjs`, load: requireFile },
  ];
}

function requireFile(path) {
  return require(path);
}

function importFile(path) {
  return import(pathToFileURL(path).href);
}

async function loadModule(codeDir, moduleName) {
  const file = resolve(codeDir, moduleName);
  const found = candidates(file, isModulePackage(dirname(file), codeDir)).find(({ path }) =>
    existsSync(path),
  );
  if (found === undefined) {
    throw new InitError('ImportModuleError', `Error: Cannot find module '${moduleName}' in ${codeDir}`);
  }
  try {
    return await found.load(found.path);
  } catch (error) {
    if (error instanceof SyntaxError) throw new InitError('UserCodeSyntaxError', String(error), error.stack);
    if (error?.code === 'MODULE_NOT_FOUND')
      throw new InitError('ImportModuleError', String(error), error.stack);
    throw error;
  }
}

/** `handler` is `path/module.export` or `path/module.nested.export`, relative to `codeDir`. */
export async function loadHandler(codeDir, handler) {
  const name = basename(handler);
  const dot = name.indexOf('.');
  if (handler.includes('..') || dot === -1) {
    throw new InitError(
      'MalformedHandlerName',
      `'${handler}' is not a valid handler name: write path/module.export.`,
    );
  }
  const moduleName = join(dirname(handler), name.slice(0, dot));
  const loaded = await loadModule(codeDir, moduleName);
  const exported = name
    .slice(dot + 1)
    .split('.')
    .reduce((nested, key) => nested?.[key], loaded);
  if (typeof exported !== 'function') {
    const what = exported === undefined ? 'is undefined or not exported' : 'is not a function';
    throw new InitError('HandlerNotFound', `${handler} ${what}`);
  }
  return exported;
}

/** Handlers that stream their response say so as their module is loaded, by a global of Lambda's runtime. */
export function refuseStreaming() {
  globalThis.awslambda = {
    streamifyResponse() {
      throw new InitError(
        'ResponseStreamingNotSupported',
        'The laptop runtime does not stream responses: export a handler that returns its response.',
      );
    },
  };
}
