import { EXIT } from '../errors.ts';
import { describeCause } from '../output/cause.ts';
import { asClause } from '../output/sentence.ts';
import type { ExecutionState } from './ports.ts';

/** No answer came through all retries: it may have been carried out all the same. See docs/messages.md. */
const UNANSWERED =
  /^(TransactionConflict|Throttled|ServiceUnavailable|States\.Timeout|Sandbox\.|Runtime\.|Lambda\.)/;

export interface Failure {
  readonly error: string;
  readonly message: string;
  readonly exitCode: number;
}

/** Why an execution came to nothing: the message is one sentence without a full stop. */
export function failureOf({ status, error, cause = '' }: ExecutionState): Failure {
  const name = error ?? NAMES[status] ?? status;
  const message = asClause(describeCause(cause)) || SAYINGS[status] || 'it does not say why';
  if (name === 'DeviceNotFound') return { error: name, message, exitCode: EXIT.notFound };
  const isOpen = UNANSWERED.test(name) || status === 'ABORTED' || status === 'TIMED_OUT';
  return { error: name, message, exitCode: isOpen ? EXIT.partly : EXIT.failed };
}

const NAMES: Readonly<Record<string, string>> = { ABORTED: 'Aborted', TIMED_OUT: 'States.Timeout' };
const SAYINGS: Readonly<Record<string, string>> = {
  ABORTED: 'somebody has stopped it',
  TIMED_OUT: 'it took too long',
};
