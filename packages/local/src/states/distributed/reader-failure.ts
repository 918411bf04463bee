import { AwsError } from '../../aws.ts';
import { StatesError } from '../states-error.ts';
import { s3Answer } from './object-store.ts';

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
