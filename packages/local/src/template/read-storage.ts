import { attribute, identityOf, type ResolvedResource } from './resolved-resource.ts';
import type { Resolver } from './resolver.ts';
import type { BucketResource, QueueResource } from './stack.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html */
export function readQueue(resolver: Resolver, resource: ResolvedResource): QueueResource {
  const identity = identityOf(resolver, resource);
  return {
    logicalId: resource.logicalId,
    queueName: identity.name,
    arn: attribute(identity, 'Arn'),
    url: identity.ref,
    properties: resource.properties.json,
  };
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html */
export function readBucket(resolver: Resolver, resource: ResolvedResource): BucketResource {
  resource.properties.allow(
    ['BucketName'],
    [
      'BucketEncryption',
      'LifecycleConfiguration',
      'OwnershipControls',
      'PublicAccessBlockConfiguration',
      'Tags',
      'VersioningConfiguration',
    ],
  );
  return { logicalId: resource.logicalId, bucketName: identityOf(resolver, resource).name };
}
