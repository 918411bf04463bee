import { AwsError } from '../../aws.ts';

/** The one code that CloudFormation has for most of what it refuses. */
export const validationError = (message: string): AwsError => new AwsError('ValidationError', message);

export const changeSetNotFound = (reference: string): AwsError =>
  new AwsError('ChangeSetNotFound', `ChangeSet [${reference}] does not exist`, 404);
