import { operationEntries } from '../support/operation-entries.ts';
import type { SupportChapter } from '../support/support.ts';
import { S3_OPERATIONS } from './operations.ts';

const WRITE =
  'Tags, locks, conditions and keys of customers are refused; access lists and storage classes have no effect.';

const NOTES: Readonly<Record<string, string>> = {
  CopyObject: WRITE,
  CreateMultipartUpload: WRITE,
  PutBucketLifecycleConfiguration: 'Told again: nothing expires.',
  PutObject: WRITE,
};

/** Amazon S3. */
export const s3Support: readonly SupportChapter[] = [
  {
    title: 'S3: operations',
    source:
      'https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html',
    api: 's3',
    entries: [
      ...operationEntries(S3_OPERATIONS, NOTES, 'NotImplemented, which names those that run.'),
      { name: 'Versions of objects', status: 'refused', note: 'Calls about them are NotImplemented.' },
      { name: 'Keys with . or .. as a part', status: 'refused', note: 'InvalidURI.' },
    ],
  },
];
