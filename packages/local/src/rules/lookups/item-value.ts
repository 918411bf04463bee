import { parseNumber } from '../numbers/numeric.ts';
import type { Value } from '../value.ts';

type Read = (value: never) => Value;

/** By DynamoDB's types. Binary stays Base64, as DynamoDB's JSON has it; sets are arrays. */
const readers: Readonly<Record<string, Read>> = {
  S: (text: string) => text,
  N: (digits: string) => parseNumber(digits),
  BOOL: (value: boolean) => value,
  NULL: () => null,
  B: (base64: string) => base64,
  M: itemValue,
  L: (values: readonly object[]) => values.map(attributeValue),
  SS: (texts: readonly string[]) => texts,
  NS: (numbers: readonly string[]) => numbers.map(parseNumber),
  BS: (base64: readonly string[]) => base64,
};

/** An item of DynamoDB's API as a value. */
export function itemValue(item: object): Value {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, attributeValue(value)]));
}

function attributeValue(attribute: object): Value {
  const [type = '', value] = Object.entries(attribute)[0] ?? [];
  return readers[type]?.(value as never);
}
