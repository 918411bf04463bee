import { isObject, type Json } from './json.ts';
import type { Resolver } from './resolver.ts';
import { TemplateError } from './template-error.ts';

/** An output of a template, resolved. */
export interface Output {
  readonly outputKey: string;
  readonly outputValue: string;
  readonly description?: string;
  readonly exportName?: string;
}

/**
 * Reads the outputs whose conditions hold. Throws {@link TemplateError}.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/outputs-section-structure.html
 */
export function readOutputs(resolver: Resolver): readonly Output[] {
  return Object.entries(resolver.template.outputs).flatMap(([outputKey, output]) => {
    const path = `Outputs.${outputKey}`;
    if (!isObject(output)) throw new TemplateError(path, 'must be an object');
    const { Condition: condition, Description: description, Export: exported, Value: value } = output;
    if (typeof condition === 'string' && !resolver.condition(condition, `${path}.Condition`)) return [];
    if (value === undefined) throw new TemplateError(path, 'has no Value');
    return [
      {
        outputKey,
        outputValue: textOf(resolver, value, `${path}.Value`),
        ...(typeof description === 'string' && { description }),
        ...(isObject(exported) && {
          exportName: textOf(resolver, exported['Name'] ?? null, `${path}.Export.Name`),
        }),
      },
    ];
  });
}

function textOf(resolver: Resolver, value: Json, path: string): string {
  const resolved = resolver.resolve(value, path);
  if (typeof resolved === 'string') return resolved;
  if (typeof resolved === 'number' || typeof resolved === 'boolean') return String(resolved);
  throw new TemplateError(path, 'must be text here');
}

/** What outputs export: values by their names. */
export function exportsOf(outputs: readonly Output[]): ReadonlyMap<string, string> {
  return new Map(
    outputs.flatMap(({ exportName, outputValue }) =>
      exportName === undefined ? [] : [[exportName, outputValue]],
    ),
  );
}
