/** Errors that AWS's services answer with when nothing is wrong with the call, and their HTTP status. */
export const KNOWN_ERRORS: ReadonlyMap<string, number> = new Map([
  ['ThrottlingException', 400],
  ['InternalServerError', 500],
  ['InternalFailureException', 500],
  ['InternalException', 500],
  ['ServiceUnavailable', 503],
  ['ServiceUnavailableException', 503],
  ['ProvisionedThroughputExceededException', 400],
  ['RequestLimitExceeded', 400],
  ['TransactionConflict', 400],
  ['TooManyRequestsException', 429],
  ['LimitExceededException', 410],
  ['ConflictingResourceUpdateException', 409],
  ['AccessDeniedException', 400],
  ['SlowDown', 503],
]);
