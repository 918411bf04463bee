import type { FunctionDefinition } from './definition.ts';

const OF_ENVIRONMENT = [
  'code',
  'codeDir',
  'environment',
  'handler',
  'layers',
  'logging',
  'memoryMb',
  'runtime',
  'timeoutMs',
] as const satisfies readonly (keyof FunctionDefinition)[];

/** What makes an environment: one that has other values is no longer the function's. */
export const environmentOf = (definition: FunctionDefinition): string =>
  JSON.stringify(OF_ENVIRONMENT.map((name) => definition[name] ?? null));
