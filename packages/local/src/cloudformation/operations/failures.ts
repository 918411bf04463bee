import { AwsError } from '../../aws.ts';
import type { Failure } from '../apply.ts';

/** The logical ids, for the sentences that tell of failures. */
export const idsOf = (failures: readonly Failure[]): string =>
  failures.map(({ logicalId }) => logicalId).join(', ');

export const failedToDelete = (failures: readonly Failure[]): string =>
  `The following resource(s) failed to delete: [${idsOf(failures)}].`;

export const failedToUpdate = (failures: readonly Failure[]): string =>
  `The following resource(s) failed to update: [${idsOf(failures)}].`;

/** A start that fails says which resource it fails at, where the error does not. */
export function explained({ logicalId, error }: Failure): Error {
  if (!(error instanceof AwsError)) return error;
  return new Error(`Resources.${logicalId} can't be created: ${error.message}`, { cause: error });
}
