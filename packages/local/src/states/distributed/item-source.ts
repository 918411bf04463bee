import { AwsError } from '../../aws.ts';
import { type Json, type JsonDocument, StatesError } from '../values.ts';

/** An ItemReader whose expressions have been evaluated. https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html */
export interface EvaluatedItemReader {
  readonly Arguments: { readonly Bucket: string; readonly Key: string };
  readonly ReaderConfig: { readonly InputType: 'CSV' | 'JSONL' };
}

/** An ItemBatcher whose expressions have been evaluated. */
export interface EvaluatedItemBatcher {
  readonly MaxItemsPerBatch: number;
  readonly BatchInput?: Json;
}

/** The input of one child execution. */
export interface Batch {
  /** From 0, in the order of the items. */
  readonly index: number;
  /** `{ BatchInput, Items }`, or the item itself when there is no ItemBatcher. */
  readonly input: JsonDocument;
  readonly itemCount: number;
  /** The index of its first item in the whole dataset. */
  readonly firstItemIndex: number;
}

/** An error of S3 in the words of AWS's SDK. */
export function s3Answer({ message, status, code }: AwsError): string {
  return `${message} (Service: S3, Status Code: ${status}, Error Code: ${code})`;
}

/** AWS reads items of up to 8 MB; a file without line ends is not read into memory either. */
export const MAX_LINE_CHARS = 8 * 1024 * 1024;

/** `States.ItemReaderFailed`: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html */
export function readerFailure(cause: string): StatesError {
  return new StatesError('States.ItemReaderFailed', cause);
}

/** S3's answer as the cause. Anything but an {@link AwsError} is thrown on as it is. */
export function s3ReaderFailure(thrown: unknown): unknown {
  if (!(thrown instanceof AwsError)) return thrown;
  return readerFailure(s3Answer(thrown));
}
