import type { Json, JsonObject } from '../json.ts';
import { isJsonObject } from '../json.ts';
import type { EvaluatedItemReader, ReaderConfig } from './item-source.ts';
import { settingsError } from './settings-error.ts';

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
