import type { ExecutionStatus } from '../../../contract/executions.ts';

/** What to do after a failure, as docs/messages.md has it. */
export type Advice = 'input' | 'repeat' | 'look' | 'setting' | 'tolerance' | 'stopped';

const ADVICE: readonly (readonly [RegExp, Advice])[] = [
  [
    /^(InvalidInput|DeviceNotFound|RetentionExpired|StaleRequest|AlreadyDecommissioned|DeviceInService|UnderLegalHold|States\.QueryEvaluationError)$/,
    'input',
  ],
  [
    /^(TransactionConflict|Throttled|ServiceUnavailable|States\.Timeout|Sandbox\.|Runtime\.|Lambda\.)/,
    'repeat',
  ],
  [/^IntegrityViolation$/, 'look'],
  [/^ConfigurationError$/, 'setting'],
  [/^States\.ExceedToleratedFailureThreshold$/, 'tolerance'],
];

/** Nothing for an error that the service does not have. */
export function adviceFor(error: string, status: ExecutionStatus): Advice | undefined {
  if (status === 'ABORTED') return 'stopped';
  return ADVICE.find(([pattern]) => pattern.test(error))?.[1];
}
