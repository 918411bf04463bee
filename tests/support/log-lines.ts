import { readFileSync } from 'node:fs';
import Ajv from 'ajv/dist/2020.js';

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly $defs?: Readonly<Record<string, Schema>>;
}

const schema: Schema = JSON.parse(
  readFileSync(new URL('../../docs/log-line.schema.json', import.meta.url), 'utf8'),
);
const validate = new Ajv.default({ allErrors: true, strict: false }).compile(schema);

/** What is wrong with a line, by docs/log-line.schema.json; nothing for a good one. */
export function problemsOf(line: unknown): readonly string[] {
  if (validate(line)) return [];
  return (validate.errors ?? []).map(({ instancePath, message, params }) =>
    `${instancePath} ${message} ${JSON.stringify(params)}`.trim(),
  );
}

/** What `$ref` refers to: `#/$defs/line/properties/operation`. */
function resolve(ref: string): Schema {
  let found: unknown = schema;
  for (const step of ref.split('/').slice(1)) found = Object(found)[step];
  return found as Schema;
}

function* namesIn(part: Schema, prefix = ''): Generator<string> {
  if (part.$ref !== undefined) yield* namesIn(resolve(part.$ref), prefix);
  for (const one of part.oneOf ?? []) yield* namesIn(one, prefix);
  for (const [name, value] of Object.entries(part.properties ?? {})) {
    yield `${prefix}${name}`;
    yield* namesIn(value, `${prefix}${name}.`);
  }
  // Of an array, queries name elements by their position; the first one will do.
  if (part.items !== undefined) yield `${prefix}0`;
}

/** Every field of our lines, as queries name it: `deviceId`, `details.owner`, `items.0`. */
export const LOG_LINE_FIELDS: ReadonlySet<string> = new Set(namesIn(schema));
