import { AwsError } from './aws.ts';

/** A part of a path, decoded. Throws `InvalidRequestException` for a percent sign without its digits, or no UTF-8. */
export function decodePath(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (error) {
    throw new AwsError('InvalidRequestException', `The path is not percent-encoded: ${String(error)}`);
  }
}
