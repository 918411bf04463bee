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
import type { EvaluatedItemBatcher, EvaluatedItemReader, ReaderConfig } from './item-source.ts';
import type { EvaluatedResultWriter, MapRunConfig, MapRunLimits } from './map-run-record.ts';
import type { WriterConfig } from './result-record.ts';

/** The failure of a field of a Distributed Map whose expressions gave what it does not take. */
export function settingsError(field: string, expected: string, value: Json | undefined): StatesError {
  return runtimeError(
    `The field '${field}' must be ${expected}, but was ${JSON.stringify(value) ?? 'missing'}.`,
  );
}

export const GET_OBJECT = 'arn:aws:states:::s3:getObject';
export const LIST_OBJECTS = 'arn:aws:states:::s3:listObjectsV2';

/** The most that `MaxItems` may be. https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html */
export const MAX_ITEMS = 100_000_000;

type FileConfig = ReaderConfig & { readonly InputType: 'CSV' | 'JSON' | 'JSONL' };

/**
 * Makes of an ItemReader's values what is read; literals were checked with the definition.
 * Throws `States.Runtime` for values of expressions that it does not take.
 */
export function evaluateReader({
  Resource,
  Arguments,
  ReaderConfig: config,
}: JsonObject): EvaluatedItemReader {
  const args = isJsonObject(Arguments) ? Arguments : {};
  const Bucket = text('Arguments/Bucket', args['Bucket']);
  const given = isJsonObject(config) ? config : {};
  const limit = given['MaxItems'] === undefined ? {} : { MaxItems: maxItems(given['MaxItems']) };
  if (Resource === LIST_OBJECTS) {
    const { Prefix } = args;
    return {
      Resource: LIST_OBJECTS,
      Arguments: { Bucket, ...(Prefix === undefined ? {} : { Prefix: text('Arguments/Prefix', Prefix) }) },
      ReaderConfig: limit,
    };
  }
  return {
    Resource: GET_OBJECT,
    Arguments: { Bucket, Key: text('Arguments/Key', args['Key']) },
    ReaderConfig: { ...(given as unknown as FileConfig), ...limit },
  };
}

/** `Map.Item.Source` of the context object: where an item came from. */
export function sourceOf(reader: EvaluatedItemReader | undefined): string {
  if (reader === undefined) return 'STATE_DATA';
  const { Bucket } = reader.Arguments;
  return reader.Resource === GET_OBJECT ? `S3://${Bucket}/${reader.Arguments.Key}` : `S3://${Bucket}`;
}

function text(field: string, value: Json | undefined): string {
  if (typeof value === 'string' && value !== '') return value;
  throw settingsError(`ItemReader/${field}`, 'a string', value);
}

function maxItems(value: Json): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_ITEMS) return value;
  throw settingsError('ItemReader/ReaderConfig/MaxItems', `an integer from 0 to ${MAX_ITEMS}`, value);
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
  const reader = await evaluate(settings.reader);
  return {
    reader: reader === undefined ? undefined : evaluateReader(reader),
    batcher: batcherOf(await evaluate(settings.batcher)),
    writer: writerOf(await evaluate(settings.writer)),
  };
}

function batcherOf(batcher: JsonObject | undefined): EvaluatedItemBatcher | undefined {
  if (batcher === undefined) return undefined;
  const { MaxItemsPerBatch, MaxInputBytesPerBatch, BatchInput } = batcher;
  return {
    ...(MaxItemsPerBatch === undefined
      ? {}
      : { MaxItemsPerBatch: positive('MaxItemsPerBatch', MaxItemsPerBatch) }),
    ...(MaxInputBytesPerBatch === undefined
      ? {}
      : { MaxInputBytesPerBatch: positive('MaxInputBytesPerBatch', MaxInputBytesPerBatch) }),
    ...(BatchInput === undefined ? {} : { BatchInput }),
  };
}

function positive(field: string, value: Json): number {
  if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value;
  throw settingsError(`ItemBatcher/${field}`, 'a positive integer', value);
}

function writerOf(writer: JsonObject | undefined): EvaluatedResultWriter | undefined {
  if (writer === undefined) return undefined;
  const { Resource, Arguments, WriterConfig = {} } = writer;
  // Its values are literals that the definition's validation has checked.
  const config = WriterConfig as Partial<WriterConfig>;
  if (Resource === undefined) return { destination: undefined, config };
  const { Bucket, Prefix } = isJsonObject(Arguments) ? Arguments : {};
  if (typeof Bucket !== 'string') throw settingsError('ResultWriter/Arguments/Bucket', 'a string', Bucket);
  if (Prefix !== undefined && typeof Prefix !== 'string') {
    throw settingsError('ResultWriter/Arguments/Prefix', 'a string', Prefix);
  }
  return { destination: { Bucket, ...(Prefix === undefined ? {} : { Prefix }) }, config };
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
