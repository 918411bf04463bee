import type { MapState } from '../definition.ts';
import type { Json, JsonObject } from '../json.ts';
import { isJsonObject } from '../json.ts';
import { countOf } from '../map-items.ts';
import type { QueryLanguage } from '../query-language.ts';
import type { StateVisit } from '../state-visit.ts';
import { evaluateAs, type Template } from '../template.ts';
import type { WriterConfig } from './child-result.ts';
import type { EvaluatedItemBatcher } from './item-source.ts';
import type { EvaluatedResultWriter, MapRunConfig } from './map-run-record.ts';
import type { MapRunLimits } from './map-run-request.ts';
import { evaluateReader } from './reader-settings.ts';
import { settingsError } from './settings-error.ts';

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
