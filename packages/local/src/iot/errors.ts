import { AwsError } from '../aws.ts';

/** What AWS IoT answers to a request that it can't take. */
export function invalidRequest(message: string): AwsError {
  return new AwsError('InvalidRequestException', message);
}

export function notFound(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', message, 404);
}

export function deleteConflict(message: string): AwsError {
  return new AwsError('DeleteConflictException', message, 409);
}

export function limitExceeded(message: string): AwsError {
  return new AwsError('LimitExceededException', message, 410);
}

export function certificateState(message: string): AwsError {
  return new AwsError('CertificateStateException', message, 406);
}

/** ResourceAlreadyExistsException, the one error that says more than its message: which resource is there. */
export class AlreadyExistsError extends AwsError {
  readonly resourceId: string;
  readonly resourceArn: string;

  constructor(message: string, { resourceId, resourceArn }: { resourceId: string; resourceArn: string }) {
    super('ResourceAlreadyExistsException', message, 409);
    this.resourceId = resourceId;
    this.resourceArn = resourceArn;
  }
}

/** A text that is no certificate signing request, or one that its key has not signed. */
export class InvalidCsrError extends Error {
  override readonly name = 'InvalidCsrError';
}
