import { readFileSync } from 'node:fs';

/** A part of docs/executions.schema.json, or of what zod makes of its own schemas. */
export interface Schema {
  readonly title?: string;
  readonly description?: string;
  readonly 'x-title-ja'?: string;
  readonly 'x-description-ja'?: string;
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly examples?: readonly unknown[];
  readonly default?: unknown;
}

interface SchemaFile {
  readonly $defs: Readonly<Record<string, Schema>>;
}

export const EXECUTIONS: SchemaFile = JSON.parse(
  readFileSync(new URL('../../../docs/executions.schema.json', import.meta.url), 'utf8'),
);

const ANNOTATIONS = [
  'title',
  'description',
  'x-title-ja',
  'x-description-ja',
  'x-unit',
  'examples',
  'default',
];
/** Where it comes from; and what takes two fields at once, which zod has as code. */
const BEYOND_COMPARISON = ['$schema', 'not'];

/** What a schema says of an input, in an order that does not depend on who wrote it. */
export function rulesOf({ properties, required, ...part }: Schema): object {
  const rules = Object.entries(part).filter(
    ([name]) => ![...ANNOTATIONS, ...BEYOND_COMPARISON].includes(name),
  );
  return {
    ...Object.fromEntries(rules),
    ...(required !== undefined && { required: required.toSorted() }),
    ...(properties !== undefined && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, property]) => [name, rulesOf(property)]),
      ),
    }),
  };
}

/** An input of the first example of each field that has one, or of the required fields alone. */
export function exampleOf(
  { properties = {}, required = [] }: Schema,
  only?: 'required',
): Record<string, unknown> {
  const fields = Object.entries(properties).filter(([name]) => only === undefined || required.includes(name));
  return Object.fromEntries(
    fields.flatMap(([name, field]) => {
      if (field.type === 'object') return [[name, exampleOf(field, only)]];
      return field.examples === undefined ? [] : [[name, field.examples[0]]];
    }),
  );
}

const LENGTHS = [128, 129, 1024, 1025, 2048, 2049];
const TEXTS = [
  '',
  'a',
  'ä b',
  'a#b',
  'a\nb',
  '\u0085',
  '\ud800',
  'a\udc00b',
  '😀'.repeat(128),
  '😀'.repeat(129),
];
const KEYS = ['stale/a/b.jsonl', 'sources/a.xlsx', 'results/a.csv', 'a/sources/a.csv', 'sources/a.csv\n'];
const LONG_KEYS = [1024, 1025].map((length) => `${'sources/'.padEnd(length - 4, 'k')}.csv`);
const NUMBERS = [-1, 0, Number.MIN_VALUE, 0.5, 1, 1.5, 100, 100.5, 1_000, 1_001, 10_000, 10_000.5];
const LARGE_NUMBERS = [36_500, 36_500.5, 8.64e12, 8.64e12 + 1, 2 ** 53, 1e300];
const OTHERS = [true, false, null, [], ['a'], {}];
const VALUES: readonly unknown[] = [
  ...LENGTHS.map((length) => 'a'.repeat(length)),
  ...TEXTS,
  ...KEYS,
  ...LONG_KEYS,
  ...NUMBERS,
  ...LARGE_NUMBERS,
  ...OTHERS,
];

/** An input with, one at a time, each field left out, of every edge and of every kind, and one that nobody knows. */
export function variationsOf(schema: Schema, input: Readonly<Record<string, unknown>>): readonly unknown[] {
  const changed = Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const { [name]: value, ...without } = input;
    const within = field.type === 'object' ? variationsOf(field, Object(value)) : [];
    const values = [...VALUES, ...(field.examples ?? []), ...within];
    return [without, ...values.map((other) => ({ ...input, [name]: other }))];
  });
  return [input, { ...input, unknown: 1 }, ...changed];
}
