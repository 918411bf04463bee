import { hash } from 'node:crypto';
import type { MapState } from '../definition.ts';
import { countOf } from '../map-items.ts';
import type { QueryLanguage } from '../query-language.ts';
import type { StateVisit } from '../state-visit.ts';
import { evaluateAs, type Template } from '../template.ts';
import {
  FORBIDDEN_IN_NAMES,
  isJsonObject,
  isName,
  type Json,
  type JsonObject,
  runtimeError,
  type StatesError,
} from '../values.ts';
import type { EvaluatedItemBatcher, EvaluatedItemReader } from './item-source.ts';
import type { EvaluatedResultWriter, MapRunConfig, MapRunLimits } from './map-run-record.ts';

/** The failure of a field of a Distributed Map whose expressions gave what it does not take. */
function settingsError(field: string, expected: string, value: Json | undefined): StatesError {
  return runtimeError(
    `The field '${field}' must be ${expected}, but was ${JSON.stringify(value) ?? 'missing'}.`,
  );
}

export const GET_OBJECT = 'arn:aws:states:::s3:getObject';

/**
 * Makes of an ItemReader's values what is read; literals were checked with the definition.
 * Throws `States.Runtime` for values of expressions that it does not take.
 */
function readerOf(reader: JsonObject | undefined): EvaluatedItemReader | undefined {
  if (reader === undefined) return undefined;
  const args = isJsonObject(reader['Arguments']) ? reader['Arguments'] : {};
  const { InputType } = reader['ReaderConfig'] as EvaluatedItemReader['ReaderConfig'];
  return {
    Arguments: {
      Bucket: text('ItemReader/Arguments/Bucket', args['Bucket']),
      Key: text('ItemReader/Arguments/Key', args['Key']),
    },
    ReaderConfig: { InputType },
  };
}

/** `Map.Item.Source` of the context object: where an item came from. */
export function sourceOf(reader: EvaluatedItemReader | undefined): string {
  if (reader === undefined) return 'STATE_DATA';
  const { Bucket, Key } = reader.Arguments;
  return `S3://${Bucket}/${Key}`;
}

function text(field: string, value: Json | undefined): string {
  if (typeof value === 'string' && value !== '') return value;
  throw settingsError(field, 'a string', value);
}

/** The fields of a Distributed Map whose values are evaluated once, when it begins. */
export interface MapSettings {
  readonly reader: Template | undefined;
  readonly batcher: Template | undefined;
  readonly writer: Template | undefined;
  readonly maxConcurrency: Template | undefined;
  readonly toleratedFailureCount: Template | undefined;
  readonly toleratedFailurePercentage: Template | undefined;
}

export function compileSettings(state: MapState, language: QueryLanguage): MapSettings {
  return {
    reader: language.field(state, 'ItemReader'),
    batcher: language.field(state, 'ItemBatcher'),
    writer: language.field(state, 'ResultWriter'),
    maxConcurrency: language.field(state, 'MaxConcurrency'),
    toleratedFailureCount: language.field(state, 'ToleratedFailureCount'),
    toleratedFailurePercentage: language.field(state, 'ToleratedFailurePercentage'),
  };
}

/** Evaluates what a map run may do. Throws `States.QueryEvaluationError`. */
export async function evaluateLimits(visit: StateVisit, settings: MapSettings): Promise<MapRunLimits> {
  const { maxConcurrency, toleratedFailureCount, toleratedFailurePercentage } = settings;
  return {
    maxConcurrency: maxConcurrency === undefined ? 0 : await countOf(visit, maxConcurrency),
    toleratedFailureCount: toleratedFailureCount && (await countOf(visit, toleratedFailureCount)),
    toleratedFailurePercentage:
      toleratedFailurePercentage &&
      (await evaluateAs(toleratedFailurePercentage, visit.scope(), 'number from 0 to 100', isPercentage)),
  };
}

/** Evaluates what a map run reads and writes. Throws `States.QueryEvaluationError` and `States.Runtime`. */
export async function evaluateConfig(visit: StateVisit, settings: MapSettings): Promise<MapRunConfig> {
  const evaluate = async (template: Template | undefined): Promise<JsonObject | undefined> => {
    if (template === undefined) return undefined;
    const value = await template.evaluate(visit.scope());
    return isJsonObject(value) ? value : {};
  };
  return {
    reader: readerOf(await evaluate(settings.reader)),
    batcher: batcherOf(await evaluate(settings.batcher)),
    writer: writerOf(await evaluate(settings.writer)),
  };
}

function batcherOf(batcher: JsonObject | undefined): EvaluatedItemBatcher | undefined {
  if (batcher === undefined) return undefined;
  const { MaxItemsPerBatch: most, BatchInput } = batcher;
  if (typeof most !== 'number' || !Number.isInteger(most) || most <= 0) {
    throw settingsError('ItemBatcher/MaxItemsPerBatch', 'a positive integer', most);
  }
  return { MaxItemsPerBatch: most, ...(BatchInput === undefined ? {} : { BatchInput }) };
}

function writerOf(writer: JsonObject | undefined): EvaluatedResultWriter | undefined {
  if (writer === undefined) return undefined;
  const { Bucket, Prefix } = isJsonObject(writer['Arguments']) ? writer['Arguments'] : {};
  return {
    destination: {
      Bucket: text('ResultWriter/Arguments/Bucket', Bucket),
      ...(Prefix === undefined ? {} : { Prefix: prefixOf(Prefix) }),
    },
  };
}

function prefixOf(prefix: Json): string {
  if (typeof prefix === 'string') return prefix;
  throw settingsError('ResultWriter/Arguments/Prefix', 'a string', prefix);
}

function isPercentage(value: Json): value is number {
  return typeof value === 'number' && value >= 0 && value <= 100;
}

const MAX_LABEL_LENGTH = 40;
const HASH_DIGITS = 8;

/** Whether a text can be the label of a Distributed Map. */
export function isLabel(text: string): boolean {
  return isName(text, MAX_LABEL_LENGTH);
}

/** The label of a Map that has none of its own: its name, where that can be one; AWS makes one up too. */
export function labelOf(stateName: string, label: string | undefined): string {
  if (label !== undefined) return label;
  if (isLabel(stateName)) return stateName;
  const kept = stateName.replaceAll(FORBIDDEN_IN_NAMES, '').slice(0, MAX_LABEL_LENGTH - HASH_DIGITS - 1);
  return `${kept}-${hash('sha1', stateName).slice(0, HASH_DIGITS)}`;
}
