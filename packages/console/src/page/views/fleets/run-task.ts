import type { FleetOperation, FleetPace, FleetUpload, StartRequest } from '../../../contract/fleets.ts';

/** How long what is decommissioned is kept: as its type says, so many days, or without end. */
export type Retention = 'byType' | 'days' | 'hold';

/** What the form of a run says, as it is typed. */
export interface RunTask {
  readonly operation: FleetOperation;
  readonly reason: string;
  readonly retention: Retention;
  readonly retentionDays: string;
  readonly maxConcurrency: string;
  readonly toleratedFailurePercentage: string;
  readonly skipBadLines: boolean;
}

/** Which fields are wrong. */
export type TaskProblems = Readonly<
  Partial<
    Record<
      'reason' | 'retentionDays' | 'maxConcurrency' | 'toleratedFailurePercentage' | 'skipBadLines',
      true
    >
  >
>;

// The state machines' own bounds: docs/messages.md.
const MAX_REASON = 1_024;
const MAX_RETENTION_DAYS = 36_500;
const MAX_CONCURRENCY = 1_000;

export const firstTask = ({ operations, from }: FleetUpload): RunTask => ({
  operation: operations[0] ?? 'decommission',
  reason: from?.reason ?? '',
  retention: 'byType',
  retentionDays: '',
  maxConcurrency: '',
  toleratedFailurePercentage: '',
  skipBadLines: false,
});

/** What has to be mended before the run can be started. */
export function problemsOf(task: RunTask, { problemCount }: FleetUpload): TaskProblems {
  const isWrong = {
    reason: !isReason(task.reason.trim(), task.operation === 'decommission'),
    retentionDays:
      task.operation === 'decommission' &&
      task.retention === 'days' &&
      !isWithin(task.retentionDays, { above: 0, most: MAX_RETENTION_DAYS }),
    maxConcurrency:
      task.maxConcurrency !== '' &&
      !(
        isWithin(task.maxConcurrency, { above: 0, most: MAX_CONCURRENCY }) &&
        Number.isInteger(Number(task.maxConcurrency))
      ),
    toleratedFailurePercentage:
      task.toleratedFailurePercentage !== '' &&
      !(Number(task.toleratedFailurePercentage) >= 0 && Number(task.toleratedFailurePercentage) <= 100),
    skipBadLines: problemCount > 0 && !task.skipBadLines,
  };
  return Object.fromEntries(Object.entries(isWrong).filter(([, is]) => is));
}

const isReason = (text: string, isNeeded: boolean): boolean =>
  (text !== '' || !isNeeded) && [...text].length <= MAX_REASON && /^[^\p{Cc}\p{Cs}]*$/u.test(text);

const isWithin = (
  text: string,
  { above, most }: { readonly above: number; readonly most: number },
): boolean => text.trim() !== '' && Number(text) > above && Number(text) <= most;

/** What is left out goes as the service has it. */
export const paceOf = ({ maxConcurrency, toleratedFailurePercentage }: RunTask): FleetPace => ({
  ...(isWithin(maxConcurrency, { above: 0, most: MAX_CONCURRENCY }) && {
    maxConcurrency: Number(maxConcurrency),
  }),
  ...(toleratedFailurePercentage.trim() !== '' && {
    toleratedFailurePercentage: Number(toleratedFailurePercentage),
  }),
});

/** Of a task without problems. */
export function requestOf(task: RunTask, { id, from }: FleetUpload): StartRequest {
  const { operation, retention, retentionDays, skipBadLines } = task;
  const reason = task.reason.trim();
  const isKept = operation === 'decommission' && from?.take !== 'failures';
  return {
    uploadId: id,
    operation,
    ...(reason !== '' && { reason }),
    ...(isKept && retention === 'days' && { retentionDays: Number(retentionDays) }),
    ...(isKept && retention === 'hold' && { legalHold: true }),
    skipBadLines,
    ...paceOf(task),
  };
}
