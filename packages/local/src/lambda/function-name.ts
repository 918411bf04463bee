import { AwsError } from '../aws.ts';

/** The one version that functions have. */
export const LATEST = '$LATEST';

const FUNCTION_REFERENCE =
  /^(?:arn:aws[\w-]*:lambda:(?<region>[^:]+):)?(?:(?<account>\d{12}):)?(?:function:)?(?<name>[\w-]+)(?::(?<qualifier>\$LATEST|[\w-]+))?$/;

/** A function as a caller refers to it. */
export interface FunctionReference {
  readonly functionName: string;
  readonly region?: string;
  readonly accountId?: string;
  readonly qualifier?: string;
}

/**
 * Reads a name, a partial ARN or an ARN, each with or without a qualifier.
 * Throws `ValidationException` for anything else.
 */
export function parseFunctionReference(reference: string): FunctionReference {
  const groups = FUNCTION_REFERENCE.exec(reference)?.groups;
  if (groups?.['name'] === undefined) {
    throw new AwsError(
      'ValidationException',
      `Value '${reference}' at 'functionName' is no name and no ARN of a function.`,
    );
  }
  return {
    functionName: groups['name'],
    ...(groups['region'] === undefined ? {} : { region: groups['region'] }),
    ...(groups['account'] === undefined ? {} : { accountId: groups['account'] }),
    ...(groups['qualifier'] === undefined ? {} : { qualifier: groups['qualifier'] }),
  };
}
