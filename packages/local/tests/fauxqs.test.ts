import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { fauxqsPart } from '../src/fauxqs.ts';
import { SQS_OPERATIONS } from '../src/queues/sqs-members.ts';
import { createPersistence } from '../src/s3/disk-store.ts';
import { directoryOf, versionsOf } from './support/package-versions.ts';

/** What is used of fauxqs beyond its interface: a module's path, what it exports, and its instances' methods. */
const RELIED_ON: readonly (readonly [path: string, name: string, ...methods: string[]])[] = [
  ['persistence.js', 'PersistenceManager', 'updateMessageReady', 'loadSqsAndSns', 'close'],
  ['sns/snsStore.js', 'SnsStore'],
  ['sqs/sqsStore.js', 'SqsStore', 'allQueues', 'shutdown'],
  ['common/errors.js', 'SqsError', 'toJSON', 'queryErrorHeader'],
  ['sts/getCallerIdentity.js', 'getCallerIdentity'],
  ...SQS_OPERATIONS.map((operation) => {
    const name = operation.charAt(0).toLowerCase() + operation.slice(1);
    return [`sqs/actions/${name}.js`, name] as const;
  }),
  [
    's3/s3Store.js',
    'S3Store',
    ...['abortMultipartUpload', 'completeMultipartUpload', 'createBucket', 'deleteBucket', 'hasBucket'],
    ...['headObject', 'listObjects', 'putObject', 'restoreBucketLifecycleConfiguration'],
    ...['restoreMultipartUpload', 'restoreObject', 'setBucketCreationDate', 'uploadPart'],
  ],
  ['common/errors.js', 'S3Error'],
  ['s3/checksum.js', 'computeCompositeChecksum'],
];

const source = (path: string) => readFileSync(join(directoryOf('fauxqs'), 'dist', path), 'utf8');

describe('fauxqs as it is installed', () => {
  it('is the exact version that package.json names', () => {
    const { installed, required } = versionsOf('fauxqs');
    expect(required).toBe(installed);
  });

  it.each(RELIED_ON)('has in %s: %s', async (path, name, ...methods) => {
    const part = await fauxqsPart<{ readonly prototype?: object }>(path, name);
    const missing = methods.filter((method) => !(method in (part.prototype ?? {})));
    expect(missing).toEqual([]);
  });

  it('tests the characters of a message by an expression that can be replaced', async () => {
    const isExpression = (part: unknown) => part instanceof RegExp;
    await fauxqsPart('sqs/sqsTypes.js', 'INVALID_MESSAGE_BODY_CHAR', isExpression);
    for (const action of ['sendMessage', 'sendMessageBatch']) {
      expect(source(`sqs/actions/${action}.js`)).toContain('INVALID_MESSAGE_BODY_CHAR.test(');
    }
  });

  it('keeps messages in the table that making them visible again changes', () => {
    const [, columns = ''] =
      /CREATE TABLE IF NOT EXISTS sqs_messages \((.*?)\n\);/s.exec(source('persistence.js')) ?? [];
    for (const column of ['message_id', 'receipt_handle', 'visibility_deadline']) {
      expect(columns).toContain(`${column} `);
    }
  });

  it('calls nothing of the persistence of S3 that ours does not have', () => {
    const matches = source('s3/s3Store.js').matchAll(/persistence\??\.([A-Za-z]+)\(/g);
    const called = new Set([...matches].map(([, method]) => method));
    const directory = mkdtempSync(join(tmpdir(), 'fauxqs-'));
    const ours = Object.keys(createPersistence(directory));
    rmSync(directory, { recursive: true });
    expect(called.size).toBeGreaterThan(0);
    expect([...called].filter((method) => !ours.includes(String(method)))).toEqual([]);
  });
});
