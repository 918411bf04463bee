/** Errors that neither `States.ALL` nor `States.TaskFailed` stands for. */
const TERMINAL_ERRORS: ReadonlySet<string> = new Set(['States.DataLimitExceeded', 'States.Runtime']);

const TIMEOUTS: ReadonlySet<string> = new Set(['States.Timeout', 'States.HeartbeatTimeout']);

/**
 * Whether a retrier or catcher is meant for an error.
 * Source: "Handling errors in Step Functions workflows", Error names: `States.Runtime` always fails the
 * execution; `States.TaskFailed` stands for every error but timeouts; `States.Timeout` also stands for missing heartbeats.
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
export function matchesError(errorEquals: readonly string[], error: string): boolean {
  if (error === 'States.Runtime') return false;
  return errorEquals.some((name) => standsFor(name, error));
}

function standsFor(name: string, error: string): boolean {
  if (name === error) return true;
  switch (name) {
    case 'States.ALL':
      return !TERMINAL_ERRORS.has(error);
    case 'States.TaskFailed':
      return !TERMINAL_ERRORS.has(error) && !TIMEOUTS.has(error);
    case 'States.Timeout':
      return TIMEOUTS.has(error);
    default:
      return false;
  }
}
