import type { NormalizedSchema } from '@smithy/core/schema';
import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import { capitalized } from './sdk-services.ts';

/** What is wrong with the arguments of a call, in AWS's words. */
export type FieldProblem = string;

/**
 * The fields of a call's arguments that it does not have, and those that it needs and does not get; of nested
 * structures too. https://docs.aws.amazon.com/step-functions/latest/dg/connect-parameters.html
 */
export function fieldProblems(schema: NormalizedSchema, value: Json): readonly FieldProblem[] {
  if (schema.isListSchema()) {
    return Array.isArray(value) ? value.flatMap((item) => fieldProblems(schema.getValueSchema(), item)) : [];
  }
  if (!isJsonObject(value)) return [];
  if (schema.isMapSchema()) {
    return Object.values(value).flatMap((item) => fieldProblems(schema.getValueSchema(), item));
  }
  if (!schema.isStructSchema()) return [];
  const members = membersOf(schema);
  const missing = requiredOf(schema)
    .filter((name) => !Object.hasOwn(value, name))
    .map((name) => `The field '${name}' is required but was missing`);
  const inner = Object.entries(value).flatMap(([name, item]) => {
    const member = members.get(name);
    return member === undefined
      ? [`The field '${name}' is not supported by Step Functions`]
      : fieldProblems(member.schema, item);
  });
  return [...inner, ...missing];
}

/** Makes of JSON what the SDK takes. Throws `TypeError` with AWS's words for a value of another type than its field's. */
export function toShape(schema: NormalizedSchema, value: Json, field: string): unknown {
  if (schema.isDocumentSchema()) return value;
  if (schema.isListSchema()) {
    if (!Array.isArray(value)) throw invalidFormat(field);
    return value.map((item) => toShape(schema.getValueSchema(), item, field));
  }
  if (schema.isMapSchema() || schema.isStructSchema()) {
    if (!isJsonObject(value)) throw invalidFormat(field);
    return schema.isMapSchema() ? toMap(schema, value) : toStructure(schema, value);
  }
  return toScalar(schema, value, field);
}

function toMap(schema: NormalizedSchema, value: JsonObject): object {
  const values = schema.getValueSchema();
  return Object.fromEntries(
    withoutNulls(value).map(([key, item]) => [key, toShape(values, item, key)] as const),
  );
}

function toStructure(schema: NormalizedSchema, value: JsonObject): object {
  const members = membersOf(schema);
  return Object.fromEntries(
    withoutNulls(value).flatMap(([name, item]) => {
      const member = members.get(name);
      return member === undefined ? [] : [[member.name, toShape(member.schema, item, name)] as const];
    }),
  );
}

/** What is null is not sent. */
function withoutNulls(value: JsonObject): [string, Json][] {
  return Object.entries(value).filter(([, item]) => item !== null);
}

function toScalar(schema: NormalizedSchema, value: Json, field: string): unknown {
  if (schema.isTimestampSchema()) return toDate(value, field);
  const expected = scalarType(schema);
  const type: string = typeof value;
  if (expected !== undefined && type !== expected) throw invalidFormat(field);
  return schema.isBlobSchema() ? Buffer.from(String(value), isBody(schema) ? 'utf8' : 'base64') : value;
}

function toDate(value: Json, field: string): Date {
  const date = new Date(typeof value === 'number' || typeof value === 'string' ? value : Number.NaN);
  if (Number.isNaN(date.getTime())) throw invalidFormat(field);
  return date;
}

function scalarType(schema: NormalizedSchema): string | undefined {
  if (schema.isStringSchema() || schema.isBlobSchema()) return 'string';
  if (schema.isBooleanSchema()) return 'boolean';
  return schema.isNumericSchema() ? 'number' : undefined;
}

/** Makes JSON of what the SDK gives: times in ISO 8601, the body of an answer as text, other bytes in base64. */
export async function fromShape(schema: NormalizedSchema, value: unknown): Promise<Json> {
  if (value instanceof Date) return value.toISOString();
  if (schema.isBlobSchema()) return fromBytes(value, isBody(schema) ? 'utf8' : 'base64');
  if (Array.isArray(value) && schema.isListSchema()) {
    return Promise.all(value.map((item) => fromShape(schema.getValueSchema(), item)));
  }
  if (!isRecord(value)) return value as Json;
  if (schema.isMapSchema()) {
    return fromEntries(Object.entries(value), () => schema.getValueSchema(), String);
  }
  if (!schema.isStructSchema()) return value as Json;
  const members = schema.getMemberSchemas();
  const entries = Object.entries(value).filter(([name]) => Object.hasOwn(members, name));
  return fromEntries(entries, (name) => members[name] ?? schema, capitalized);
}

async function fromEntries(
  entries: readonly (readonly [string, unknown])[],
  schemaOf: (name: string) => NormalizedSchema,
  rename: (name: string) => string,
): Promise<JsonObject> {
  const given = entries.filter(([, item]) => item !== undefined);
  const converted = given.map(
    async ([name, item]) => [rename(name), await fromShape(schemaOf(name), item)] as const,
  );
  return Object.fromEntries(await Promise.all(converted));
}

async function fromBytes(value: unknown, encoding: 'utf8' | 'base64'): Promise<Json> {
  if (value instanceof Uint8Array) return Buffer.from(value).toString(encoding);
  if (isByteStream(value)) return value.transformToString(encoding);
  return typeof value === 'string' ? value : null;
}

/** The SDK's mixin of streams. */
function isByteStream(value: unknown): value is { transformToString(encoding: string): Promise<string> } {
  return isRecord(value) && typeof value['transformToString'] === 'function';
}

/** Whether bytes are the body of a message: an object of S3, the payload of a function or of MQTT. */
function isBody(schema: NormalizedSchema): boolean {
  return schema.getMergedTraits().httpPayload === 1;
}

interface Member {
  readonly name: string;
  readonly schema: NormalizedSchema;
}

function membersOf(schema: NormalizedSchema): ReadonlyMap<string, Member> {
  const members = Object.entries(schema.getMemberSchemas());
  return new Map(members.map(([name, member]) => [capitalized(name), { name, schema: member }]));
}

/** A structure's static schema tells how many of its members are required: they are its first ones. */
function requiredOf(schema: NormalizedSchema): readonly string[] {
  const structure: unknown = schema.getSchema();
  const count = Array.isArray(structure) && typeof structure[6] === 'number' ? structure[6] : 0;
  const idempotent = (name: string) => schema.getMemberSchema(name).isIdempotencyToken();
  const names = Object.keys(schema.getMemberSchemas()).slice(0, count);
  return names.filter((name) => !idempotent(name)).map(capitalized);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function invalidFormat(field: string): TypeError {
  return new TypeError(`The value of the field '${field}' has an invalid format`);
}
