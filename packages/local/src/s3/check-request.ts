import { AwsError, type AwsRequest } from '../aws.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const MAX_KEY_BYTES = 1_024;

/**
 * Refuses what fauxqs would take for something else. It reads paths as URLs, where `..` leads out of a bucket into
 * another; S3 has keys with such parts, which the laptop does not. Throws `InvalidURI`, `KeyTooLongError` and
 * `InvalidArgument`.
 */
export function checkRequest({ path, headers }: Pick<AwsRequest, 'path' | 'headers'>): void {
  const [, , ...rest] = path.split('/');
  const key = decoded(rest.join('/'), "Couldn't parse the specified URI.", 'InvalidURI');
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) {
    throw new AwsError('KeyTooLongError', `Your key is too long: it may have ${MAX_KEY_BYTES} bytes.`);
  }
  const parts = decoded(path, "Couldn't parse the specified URI.", 'InvalidURI').split(/[/\\]/);
  if (parts.some((part) => part === '.' || part === '..')) {
    throw new AwsError('InvalidURI', 'The laptop runtime takes no keys with "." or ".." as a part.');
  }
  const source = headers['x-amz-copy-source'];
  if (typeof source === 'string')
    decoded(source, 'The copy source is not percent-encoded.', 'InvalidArgument');
}

function decoded(text: string, message: string, code: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A URIError: a percent sign without its digits, or no UTF-8.
    throw new AwsError(code, message);
  }
}

/** What S3 calls what fauxqs' web server refuses before S3 sees it, by status. */
const REFUSALS: ReadonlyMap<number, readonly [code: string, status: number]> = new Map([
  [400, ['InvalidRequest', 400]],
  [404, ['MethodNotAllowed', 405]],
  [413, ['EntityTooLarge', 400]],
  // Of buckets alone, whose names may have 63 characters.
  [414, ['InvalidBucketName', 400]],
  [415, ['InvalidArgument', 400]],
]);

/** The error of an answer in JSON, which S3 never gives; that to a HEAD has no body. */
export function refusalOf(status: number, body: string): AwsError {
  const [code, ownStatus] = REFUSALS.get(status) ?? ['InternalError', 500];
  const message = body === '' ? code : String(Object(JSON.parse(body)).message);
  return new AwsError(code, message, ownStatus);
}
