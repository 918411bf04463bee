import type { FunctionVersionResource } from '../lambda/version-keeper.ts';
import { attribute, identityOf, type ResolvedResource } from './resolved-resource.ts';
import type { Resolver } from './resolver.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-version.html */
export function readFunctionVersion(resolver: Resolver, resource: ResolvedResource): FunctionVersionResource {
  const { logicalId, properties } = resource;
  properties.allow(
    ['CodeSha256', 'Description', 'FunctionName'],
    ['ProvisionedConcurrencyConfig', 'RuntimePolicy'],
  );
  properties.text('FunctionName');
  const identity = identityOf(resolver, resource);
  const description = properties.optionalText('Description');
  const codeSha256 = properties.optionalText('CodeSha256');
  return {
    logicalId,
    functionName: identity.name,
    version: attribute(identity, 'Version'),
    arn: identity.ref,
    ...(description !== undefined && { description }),
    ...(codeSha256 !== undefined && { codeSha256 }),
  };
}
