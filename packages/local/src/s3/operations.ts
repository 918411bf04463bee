import { AwsError, type AwsRequest } from '../aws.ts';

type Level = 'service' | 'bucket' | 'object';

/** An operation by what tells it apart: the method, what it is about, and a name in the query where there is one. */
type Operation = readonly [name: string, method: string, level: Level, parameter?: string];

/** What runs. The first that fits is the one. https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations.html */
const OPERATIONS: readonly Operation[] = [
  ['ListBuckets', 'GET', 'service'],
  ['CreateBucket', 'PUT', 'bucket'],
  ['HeadBucket', 'HEAD', 'bucket'],
  ['DeleteBucket', 'DELETE', 'bucket'],
  ['ListObjectsV2', 'GET', 'bucket', 'list-type'],
  ['ListObjects', 'GET', 'bucket'],
  ['GetBucketLocation', 'GET', 'bucket', 'location'],
  ['GetBucketLifecycleConfiguration', 'GET', 'bucket', 'lifecycle'],
  ['PutBucketLifecycleConfiguration', 'PUT', 'bucket', 'lifecycle'],
  ['DeleteBucketLifecycle', 'DELETE', 'bucket', 'lifecycle'],
  ['DeleteObjects', 'POST', 'bucket', 'delete'],
  ['PostObject', 'POST', 'bucket'],
  ['PutObject', 'PUT', 'object'],
  ['GetObject', 'GET', 'object'],
  ['HeadObject', 'HEAD', 'object'],
  ['DeleteObject', 'DELETE', 'object'],
  ['GetObjectAttributes', 'GET', 'object', 'attributes'],
  ['RenameObject', 'PUT', 'object', 'renameObject'],
  ['CreateMultipartUpload', 'POST', 'object', 'uploads'],
  ['UploadPart', 'PUT', 'object', 'uploadId'],
  ['CompleteMultipartUpload', 'POST', 'object', 'uploadId'],
  ['AbortMultipartUpload', 'DELETE', 'object', 'uploadId'],
];

/** By the header for a copy's source. */
const COPIES: ReadonlyMap<string, string> = new Map([
  ['PutObject', 'CopyObject'],
  ['UploadPart', 'UploadPartCopy'],
]);

/** The operations of S3 that run here. */
export const S3_OPERATIONS: readonly string[] = [...OPERATIONS.map(([name]) => name), ...COPIES.values()];

/** What in a query makes another operation of one, of all operations of S3. */
const SUBRESOURCES: readonly string[] = [
  ...[
    'abac',
    'accelerate',
    'acl',
    'analytics',
    'annotation',
    'attributes',
    'cors',
    'delete',
    'encryption',
    'intelligent-tiering',
  ],
  ...['inventory', 'legal-hold', 'lifecycle', 'list-type', 'location', 'logging', 'metadataConfiguration'],
  ...[
    'metadataAnnotationTable',
    'metadataInventoryTable',
    'metadataJournalTable',
    'metadataTable',
    'metrics',
    'notification',
    'object-lock',
    'ownershipControls',
    'policy',
    'policyStatus',
  ],
  ...['publicAccessBlock', 'renameObject', 'replication', 'requestPayment', 'restore', 'retention', 'select'],
  ...['session', 'tagging', 'torrent', 'uploadId', 'uploads', 'versioning', 'versions', 'website'],
];

/** Headers that make something else of a write. */
const REFUSED_HEADERS: ReadonlyMap<string, string> = new Map([
  ['x-amz-object-lock-legal-hold', 'no legal holds'],
  ['x-amz-object-lock-mode', 'no object locks'],
  ['x-amz-server-side-encryption-customer-algorithm', "no encryption with customers' keys"],
  ['x-amz-tagging', 'no tags of objects'],
  ['x-amz-website-redirect-location', 'no websites'],
]);
const WRITES: ReadonlySet<string> = new Set([
  'PutObject',
  'CopyObject',
  'CreateMultipartUpload',
  'CompleteMultipartUpload',
]);
const CONDITIONS: readonly string[] = ['if-match', 'if-none-match'];

type S3Request = Pick<AwsRequest, 'method' | 'path' | 'query' | 'headers'>;

/** AWS's name of the operation that a call is for, where it runs. */
export function s3OperationOf({ method, path, query, headers }: S3Request): string | undefined {
  const level = levelOf(path);
  const parameter = SUBRESOURCES.find((name) => query.has(name));
  const [name] =
    OPERATIONS.find(([, ...form]) => form[0] === method && form[1] === level && form[2] === parameter) ?? [];
  const copy = headers['x-amz-copy-source'] === undefined ? undefined : COPIES.get(name ?? '');
  return copy ?? name;
}

function levelOf(path: string): Level {
  const [, bucket = '', ...key] = path.split('/');
  if (bucket === '') return 'service';
  return key.join('/') === '' ? 'bucket' : 'object';
}

/**
 * The operation that a call is for. Throws `NotImplemented` for one that does not run, which the emulator would take
 * for another, and for what it would not heed of one that does; `MethodNotAllowed` where S3 has no operation.
 */
export function requireOperation(request: S3Request): string {
  const name = s3OperationOf(request);
  if (name === undefined) throw noOperation(request);
  if (!WRITES.has(name)) return name;
  for (const [header, lack] of REFUSED_HEADERS) {
    if (request.headers[header] !== undefined) {
      throw notImplemented(`The laptop runtime has ${lack} (${header}): leave it out.`);
    }
  }
  if (CONDITIONS.some((header) => request.headers[header] !== undefined)) {
    throw notImplemented(
      'The laptop runtime has no conditional writes (If-Match, If-None-Match): leave it out.',
    );
  }
  return name;
}

/** Without a name in the query, what S3 has runs. https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
function noOperation({ method, path, query }: S3Request): AwsError {
  if (!SUBRESOURCES.some((name) => query.has(name))) {
    const message = 'The specified method is not allowed against this resource.';
    return new AwsError('MethodNotAllowed', message, 405);
  }
  return notImplemented(
    `${method} of a ${levelOf(path)} with ?${[...query.keys()].join('&')} does not run on the laptop; of S3 there are ${S3_OPERATIONS.join(', ')}.`,
  );
}

function notImplemented(message: string): AwsError {
  return new AwsError('NotImplemented', message, 501);
}

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
