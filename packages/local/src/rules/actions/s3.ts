import type { ActionDefinition, ActionInput } from './action.ts';
import { describeFailure } from './describe-failure.ts';
import { payloadBytes } from './payload-forms.ts';
import { ROLE_ARN } from './role.ts';

/** https://docs.aws.amazon.com/iot/latest/apireference/API_S3Action.html */
const CANNED_ACLS = [
  'private',
  'public-read',
  'public-read-write',
  'aws-exec-read',
  'authenticated-read',
  'bucket-owner-read',
  'bucket-owner-full-control',
  'log-delivery-write',
] as const;

/** An object of each message; the last one stays where the key is the same. */
export const s3: ActionDefinition = {
  failedAction: 'S3Action',
  resourceName: 'S3Bucket',
  // https://docs.aws.amazon.com/iot/latest/developerguide/s3-rule-action.html
  parameters: {
    bucketName: { templates: 'only with the API', isRequired: true },
    key: { templates: 'always', isRequired: true },
    cannedAcl: {
      templates: 'never',
    },
    roleArn: ROLE_ARN,
  },
  compile(properties, { targets }) {
    const bucketOf = properties.text('bucketName');
    const keyOf = properties.text('key');
    properties.oneOf('cannedAcl', CANNED_ACLS);
    return (input) => {
      const { scope } = input;
      const bucket = bucketOf(scope);
      const key = keyOf(scope);
      return {
        resource: bucket,
        run: () => targets.objects.write(bucket, key, bytesOf(input)),
        describe: (error) =>
          describeFailure(error, {
            failure: 'Failed to put S3 object',
            service: 'Amazon S3',
            topic: scope.message.topic,
            action: 's3',
            details: { Bucket: bucket, Key: JSON.stringify(key) },
          }),
      };
    };
  },
};

async function* bytesOf(input: ActionInput): AsyncGenerator<Uint8Array> {
  yield payloadBytes(input);
}
