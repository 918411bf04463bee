import { AwsError } from '../aws.ts';

/** What EventBridge answers to a request that it can't take. */
export function validationError(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

/** A member that breaks the API's model, in the words of AWS's own checks. */
export function invalidMember(path: string, value: unknown, constraint: string): AwsError {
  const shown = value === undefined ? 'null' : `'${String(value).slice(0, 200)}'`;
  return validationError(
    `1 validation error detected: Value ${shown} at '${path}' failed to satisfy constraint: ${constraint}`,
  );
}

export function notFound(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', message);
}

export function invalidPattern(reason: string): AwsError {
  return new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`);
}
