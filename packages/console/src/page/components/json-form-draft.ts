import type { ObjectSchema, Schema } from '../../schema/schema.ts';

/** What is in the fields of a form: texts, ticks, and drafts of objects, by the names of the schema's properties. */
export interface Draft {
  readonly [name: string]: string | boolean | Draft;
}

export const isObjectSchema = (schema: Schema): schema is ObjectSchema =>
  schema.type === 'object' && schema.properties !== undefined;

export const isMoment = (schema: Schema): boolean => schema['x-unit'] === 'epochSeconds';

/** The fields for an input; of what it lacks, what is required and has a default. */
export function draftOf({ properties, required = [] }: ObjectSchema, input: unknown): Draft {
  const values: Readonly<Record<string, unknown>> = Object(input);
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => {
      const isPrefilled = required.includes(name) || schema.type === 'boolean';
      return [name, fieldOf(schema, values[name] ?? (isPrefilled ? schema.default : undefined))];
    }),
  );
}

function fieldOf(schema: Schema, value: unknown): Draft[string] {
  if (isObjectSchema(schema)) return draftOf(schema, value);
  if (schema.type === 'boolean') return value === true;
  if (value === undefined) return '';
  return isMoment(schema) && typeof value === 'number' ? momentText(value) : String(value);
}

/** As `datetime-local` inputs have it, in the browser's time zone. */
function momentText(epochSeconds: number): string {
  const atMs = epochSeconds * 1_000;
  const offsetMs = new Date(atMs).getTimezoneOffset() * 60_000;
  const local = new Date(atMs - offsetMs);
  return Number.isNaN(local.getTime()) ? String(epochSeconds) : local.toISOString().slice(0, 19);
}

/** The input that the fields stand for: what is empty is left out, what is no number stays a text, to be refused. */
export function inputOf({ properties, required = [] }: ObjectSchema, draft: Draft): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, schema]) => {
      const value = meantBy(schema, draft[name], required.includes(name));
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** Nothing for what is to be left out. */
function meantBy(schema: Schema, field: Draft[string] | undefined, isRequired: boolean): unknown {
  if (isObjectSchema(schema)) {
    const value = inputOf(schema, typeof field === 'object' ? field : {});
    return isRequired || Object.keys(value).length > 0 ? value : undefined;
  }
  if (schema.type === 'boolean') return field === (schema.default ?? false) ? undefined : field;
  return typeof field === 'string' && field.trim() !== '' ? meantByText(schema, field) : undefined;
}

function meantByText(schema: Schema, text: string): string | number {
  if (isMoment(schema)) return secondsOf(text);
  if (schema.type !== 'number' && schema.type !== 'integer') return text;
  const number = Number(text);
  return Number.isFinite(number) ? number : text;
}

function secondsOf(text: string): number | string {
  const atMs = new Date(text).getTime();
  return Number.isNaN(atMs) ? text : Math.floor(atMs / 1_000);
}
