import { describe, expect, it } from '@jest/globals';
import { requireOperation, S3_OPERATIONS, s3OperationOf } from '../../src/s3/operations.ts';

function request(line: string, headers: Record<string, string> = {}) {
  const [method = '', url = ''] = line.split(' ');
  const [path = '', query] = url.split('?');
  return { method, path, query: new URLSearchParams(query), headers };
}

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations.html
describe('an operation of S3', () => {
  const copy = { 'x-amz-copy-source': '/a/b' };

  it.each<[line: string, name: string, headers: Record<string, string>]>([
    ['GET /', 'ListBuckets', {}],
    ['PUT /bucket', 'CreateBucket', {}],
    ['PUT /bucket/', 'CreateBucket', {}],
    ['GET /bucket?list-type=2&prefix=a', 'ListObjectsV2', {}],
    ['GET /bucket?location', 'GetBucketLocation', {}],
    ['POST /bucket?delete', 'DeleteObjects', {}],
    ['PUT /bucket/a/b', 'PutObject', {}],
    ['PUT /bucket/a?x-id=PutObject', 'PutObject', {}],
    ['PUT /bucket/a', 'CopyObject', copy],
    ['GET /bucket/a?partNumber=1', 'GetObject', {}],
    ['PUT /bucket/a?partNumber=1&uploadId=u', 'UploadPart', {}],
    ['PUT /bucket/a?partNumber=1&uploadId=u', 'UploadPartCopy', copy],
    ['DELETE /bucket/a?uploadId=u', 'AbortMultipartUpload', {}],
  ])('is known by %s: %s', (line, name, headers) => {
    expect(s3OperationOf(request(line, headers))).toBe(name);
    expect(requireOperation(request(line, headers))).toBe(name);
    expect(S3_OPERATIONS).toContain(name);
  });

  it.each([
    'DELETE /bucket?policy',
    'DELETE /bucket/a?tagging',
    'DELETE /bucket/a?annotation&annotationName=n',
    'PUT /bucket?metadataJournalTable',
    'PUT /bucket/a?tagging',
    'PUT /bucket/a?acl',
    'PUT /bucket?versioning',
    'GET /bucket?versions',
    'GET /bucket?uploads',
    'GET /bucket/a?uploadId=u',
    'GET /bucket/a?torrent',
    'POST /bucket/a?select&select-type=2',
  ])('is refused where it would be taken for another: %s', (line) => {
    expect(() => requireOperation(request(line))).toThrow(
      expect.objectContaining({ code: 'NotImplemented', status: 501 }),
    );
  });

  // https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
  it.each(['PUT /', 'DELETE /', 'PATCH /bucket', 'POST /bucket/a', 'POST /bucket/a?x-id=PutObject'])(
    'is refused where S3 has none: %s',
    (line) => {
      expect(() => requireOperation(request(line))).toThrow(
        expect.objectContaining({ code: 'MethodNotAllowed', status: 405 }),
      );
    },
  );

  it.each(['x-amz-tagging', 'x-amz-object-lock-mode', 'if-none-match', 'if-match'])(
    'that writes is refused with %s, which would not be heeded',
    (header) => {
      expect(() => requireOperation(request('PUT /bucket/a', { [header]: 'x' }))).toThrow(
        expect.objectContaining({ code: 'NotImplemented' }),
      );
    },
  );

  it('that reads may have conditions', () => {
    expect(requireOperation(request('GET /bucket/a', { 'if-none-match': '"x"' }))).toBe('GetObject');
  });
});
