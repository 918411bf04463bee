import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import { compileReference } from './field-template.ts';
import { compilePayload, type Evaluate } from './payload-template.ts';

/**
 * Compiles an ItemReader, ItemBatcher or ResultWriter to what it is in JSONata: `Parameters` are its `Arguments`, and a
 * field `{name}Path` refers to the value of `{name}`. Throws `SyntaxError`.
 */
export function compileSettingsField(settings: JsonObject): Evaluate {
  const members = Object.entries(settings).map(([name, value]) => compileMember(name, value));
  return (scope) => Object.fromEntries(members.map(([name, evaluate]) => [name, evaluate(scope)]));
}

function compileMember(name: string, value: Json): readonly [string, Evaluate] {
  if (name === 'Parameters') return ['Arguments', compilePayload(value)];
  if (name === 'BatchInput') return [name, compilePayload(value)];
  if (name.endsWith('Path') && typeof value === 'string') {
    const referred = name.slice(0, -'Path'.length);
    return [referred, compileReference(value, referred)];
  }
  return [name, isJsonObject(value) ? compileSettingsField(value) : () => value];
}
