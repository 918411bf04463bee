import { AwsError } from '../aws.ts';
import type { ResourceKeeper } from '../contracts.ts';
import { functionNotFound } from './function-name.ts';
import type { FunctionRegistry } from './function-registry.ts';

/** `AWS::Lambda::Version`. */
export interface FunctionVersionResource {
  readonly logicalId: string;
  readonly functionName: string;
  /** The number that Lambda gives it: see `FunctionVersions.next`. */
  readonly version: string;
  /** The function's, qualified by the number. */
  readonly arn: string;
  readonly description?: string;
  /** What the function's code has to be. */
  readonly codeSha256?: string;
}

/**
 * Publishes the versions of stacks; one that is there already stays as it is. Puts reject with
 * `InvalidParameterValueException` for other code than was expected, and for a function that has not changed since its
 * last version.
 * https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html
 */
export function createVersionKeeper(registry: FunctionRegistry): ResourceKeeper<FunctionVersionResource> {
  return {
    async put({ functionName, version, arn, description, codeSha256 }) {
      if (registry.versions.find(functionName, version) !== undefined) return;
      const live = registry.get(functionName);
      if (live === undefined) throw functionNotFound(arn.slice(0, arn.lastIndexOf(':')));
      const actual = live.definition.code?.codeSha256;
      if (codeSha256 !== undefined && actual !== undefined && codeSha256 !== actual) {
        throw new AwsError(
          'InvalidParameterValueException',
          `CodeSHA256 (${codeSha256}) is different from current CodeSHA256 in $LATEST (${actual}). Please try again with the CodeSHA256 in $LATEST.`,
        );
      }
      const published = registry.publish(live, description).definition.version;
      if (published === version) return;
      throw new AwsError(
        'InvalidParameterValueException',
        `A version for this Lambda function exists ( ${published} ). Modify the function to create a new version.`,
      );
    },
    async remove({ functionName, version }) {
      registry.removeVersion(functionName, version);
    },
  };
}
