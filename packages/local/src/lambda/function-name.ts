import { AwsError } from '../aws.ts';
import { LATEST } from './definition.ts';

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

/** The error of AWS for a function, or a version or alias of it, that is not there. */
export function functionNotFound(arn: string, qualifier = LATEST): AwsError {
  const qualified = qualifier === LATEST ? arn : `${arn}:${qualifier}`;
  return new AwsError('ResourceNotFoundException', `Function not found: ${qualified}`, 404);
}

/** An ARN as a caller has qualified it. */
export function qualifiedArn(arn: string, qualifier: string | undefined): string {
  return qualifier === undefined ? arn : `${arn}:${qualifier}`;
}
