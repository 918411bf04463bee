import { StatesError } from '../states-error.ts';

/** How many items may fail before a map run does; what is undefined does not count. */
export interface Tolerance {
  readonly toleratedFailureCount: number | undefined;
  /** From 0 to 100. */
  readonly toleratedFailurePercentage: number | undefined;
}

/** `States.ExceedToleratedFailureThreshold`, in AWS's words. */
export function thresholdExceeded(): StatesError {
  return new StatesError(
    'States.ExceedToleratedFailureThreshold',
    'The specified tolerated failure threshold was exceeded',
  );
}

/**
 * Whether more items have failed than are tolerated: none when nothing is specified, else either threshold decides.
 * A percentage is one of all items: undefined as long as nobody knows how many there are.
 * https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html#maprun-fail-threshold
 */
export function exceedsTolerance(
  { toleratedFailureCount, toleratedFailurePercentage }: Tolerance,
  failedItems: number,
  totalItems: number | undefined,
): boolean {
  if (failedItems === 0) return false;
  if (toleratedFailureCount === undefined && toleratedFailurePercentage === undefined) return true;
  if (toleratedFailureCount !== undefined && failedItems > toleratedFailureCount) return true;
  if (toleratedFailurePercentage === undefined || totalItems === undefined) return false;
  return failedItems * 100 > toleratedFailurePercentage * totalItems;
}
