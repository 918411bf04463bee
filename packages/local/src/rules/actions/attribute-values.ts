import { isTooDeepJson } from '../../protocol/json.ts';

/** As DynamoDB's API has attribute values. */
export type AttributeValue = Readonly<Record<string, unknown>>;

/** A number by its digits, of which DynamoDB keeps 38 and JavaScript 15. */
class Digits {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What `JSON.parse` gives its reviver besides the value. */
interface Source {
  readonly source?: string;
}

/** JSON text as an attribute value. Undefined for what is nested too deeply. Throws `SyntaxError` for other text. */
export function attributeValue(json: string): AttributeValue | undefined {
  if (isTooDeepJson(json)) return undefined;
  const keepDigits = (_key: string, value: unknown, { source }: Source) =>
    typeof value === 'number' ? new Digits(source ?? String(value)) : value;
  return toAttributeValue(JSON.parse(json, keepDigits as (key: string, value: unknown) => unknown));
}

/** The attributes of a JSON object; undefined for anything else. */
export function attributesOf(json: string): Readonly<Record<string, AttributeValue>> | undefined {
  const value = attributeValue(json)?.['M'];
  return value as Readonly<Record<string, AttributeValue>> | undefined;
}

function toAttributeValue(value: unknown): AttributeValue {
  if (value === null) return { NULL: true };
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'boolean') return { BOOL: value };
  if (value instanceof Digits) return { N: value.text };
  if (Array.isArray(value)) return { L: value.map(toAttributeValue) };
  return {
    M: Object.fromEntries(Object.entries(Object(value)).map(([key, one]) => [key, toAttributeValue(one)])),
  };
}
