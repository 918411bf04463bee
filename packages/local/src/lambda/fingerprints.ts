import type { FunctionDefinition } from './definition.ts';

type Property = keyof FunctionDefinition;

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
] as const satisfies readonly Property[];

const OF_VERSION = [...OF_ENVIRONMENT, 'deadLetterArn', 'told'] as const satisfies readonly Property[];

/** What makes an environment: one that has other values is no longer the function's. */
export const environmentOf = (definition: FunctionDefinition): string => textOf(definition, OF_ENVIRONMENT);

/**
 * What makes a version: a function is not published again before any of it changes.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html
 */
export const versionOf = (definition: FunctionDefinition): string => textOf(definition, OF_VERSION);

function textOf(definition: FunctionDefinition, properties: readonly Property[]): string {
  return JSON.stringify(properties.map((name) => definition[name] ?? null));
}
