import { describe, expect, it } from '@jest/globals';
import { checkRequest, refusalOf } from '../../src/s3/operations.ts';

const check = (path: string, headers = {}) => checkRequest({ path, headers });

describe('a request to S3', () => {
  it.each([
    '/',
    '/bucket',
    '/bucket/',
    '/bucket/a/b',
    '/bucket/...',
    '/bucket/a..b/%2E%2Ec',
    `/bucket/${'k'.repeat(1_024)}`,
  ])('%s goes on', (path) => {
    expect(() => check(path)).not.toThrow();
  });

  it.each([
    ['/bucket/../other/key', 'InvalidURI'],
    ['/bucket/%2e%2E/other/key', 'InvalidURI'],
    ['/bucket/a%2f..%2fb', 'InvalidURI'],
    ['/bucket/a%5C..%5Cb', 'InvalidURI'],
    ['/bucket/./a', 'InvalidURI'],
    ['/..', 'InvalidURI'],
    ['/bucket/%', 'InvalidURI'],
    ['/bucket/%ff', 'InvalidURI'],
    [`/bucket/${'k'.repeat(1_025)}`, 'KeyTooLongError'],
    [`/bucket/${'%C3%A9'.repeat(513)}`, 'KeyTooLongError'],
  ])('%s is refused', (path, code) => {
    expect(() => check(path)).toThrow(expect.objectContaining({ code, status: 400 }));
  });

  it('has a copy source that can be read', () => {
    expect(() => check('/bucket/a', { 'x-amz-copy-source': '/bucket/b%20c' })).not.toThrow();
    expect(() => check('/bucket/a', { 'x-amz-copy-source': '%' })).toThrow(
      expect.objectContaining({ code: 'InvalidArgument' }),
    );
  });

  it('is refused in the words of S3, whoever refuses it', () => {
    const codes = [404, 413, 414, 415, 500].map((status) => refusalOf(status, '{"message":"No."}').code);
    expect(codes).toEqual([
      'MethodNotAllowed',
      'EntityTooLarge',
      'InvalidBucketName',
      'InvalidArgument',
      'InternalError',
    ]);
  });

  it('is refused without a body as well, as a HEAD is', () => {
    expect(refusalOf(414, '')).toMatchObject({ code: 'InvalidBucketName', status: 400 });
  });
});
