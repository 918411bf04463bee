import type { Device, HoldRelease, InvalidDevice, LegalHold } from '../domain/device.ts';
import { isExpired } from '../domain/retention.ts';
import { DeviceInService, DeviceNotFound, RetentionExpired, StaleRequest } from '../errors.ts';
import type { DeviceStore, Snapshot, Timing } from '../ports.ts';
import { CHANGED, untilUnchanged } from './attempts.ts';
import { recall } from './last-restore.ts';

/** What a request to hold or to release a record has in common. */
export interface HoldRequest {
  readonly deviceId: string;
  readonly requestedBy: string;
  readonly requestId: string;
  readonly requestedAt: number;
  readonly correlationId?: string | undefined;
}

export type HoldDependencies = Timing & {
  readonly store: Pick<
    DeviceStore,
    'readInvalidDevice' | 'readBoth' | 'readLastRestore' | 'recordHoldRequest'
  >;
};

/** What an afterlife remembers of its last hold and release: in its record, and after a restore on a guard. */
export interface HoldMemory {
  readonly hold?: Pick<LegalHold, 'requestId'>;
  readonly release?: Pick<HoldRelease, 'requestId' | 'ttl'>;
}

/** `answer` where the record is as it should be already. */
type Plan<Result> =
  | { readonly answer: Result }
  | { readonly carryOut: () => Promise<Result | typeof CHANGED> };

/** What tells a hold and a release apart. */
export interface HoldChange<Result> {
  /** The answer that the same request got before. */
  readonly answered: (memory: HoldMemory) => Result | undefined;
  readonly plan: (current: Snapshot<InvalidDevice>) => Plan<Result>;
}

/** Whether another request, to decommission, to hold or to release, was made after this one. */
const isLate = ({ requestedAt }: HoldRequest, { decommission, holdRequestedAt }: InvalidDevice): boolean =>
  requestedAt < Math.max(decommission.requestedAt, holdRequestedAt ?? 0);

/** The answer that the request got in the afterlife that the last restore has ended. */
const recallAnswer = <Result>(
  record: Device | InvalidDevice,
  { answered }: HoldChange<Result>,
  dependencies: HoldDependencies,
) => recall(record, ({ undone }) => answered(undone), dependencies);

/** The device is not out of service, or for good: looks at both tables at one moment. */
async function explain<Result>(
  { deviceId }: HoldRequest,
  change: HoldChange<Result>,
  dependencies: HoldDependencies,
): Promise<Result | typeof CHANGED> {
  const { device, invalidDevice } = await dependencies.store.readBoth(deviceId, dependencies);
  if (device !== undefined) {
    const answer = await recallAnswer(device.record, change, dependencies);
    if (answer === undefined) throw new DeviceInService(deviceId);
    return answer;
  }
  if (invalidDevice === undefined) throw new DeviceNotFound(deviceId);
  const { ttl } = invalidDevice.record;
  if (ttl !== undefined && isExpired({ ttl }, dependencies.clock())) {
    throw new RetentionExpired(deviceId, ttl);
  }
  return CHANGED;
}

/** Something else was asked for later: the request is the repetition of one that was done, or comes too late. */
async function answerLate<Result>(
  current: Snapshot<InvalidDevice>,
  change: HoldChange<Result>,
  dependencies: HoldDependencies,
): Promise<Result | typeof CHANGED> {
  const answered = await recallAnswer(current.record, change, dependencies);
  if (answered !== undefined) return answered;
  const plan = change.plan(current);
  if ('answer' in plan) return plan.answer;
  throw new StaleRequest(current.record.id);
}

/** There is nothing to do, but to remember when that was asked for: an older request of the other kind comes too late. */
async function leaveAsItIs<Result>(
  current: Snapshot<InvalidDevice>,
  { requestedAt }: HoldRequest,
  answer: Result,
  dependencies: HoldDependencies,
): Promise<Result | typeof CHANGED> {
  if (requestedAt === current.record.holdRequestedAt) return answer;
  const { outcome } = await dependencies.store.recordHoldRequest(current, requestedAt, dependencies);
  return outcome === 'changed' ? CHANGED : answer;
}

/**
 * Carries out a change of the legal hold on a record out of service: once for each request, in the order in which they
 * were made, and again for as long as others change the record in between.
 * @throws DeviceNotFound, DeviceInService, RetentionExpired, StaleRequest, TransactionConflict
 */
export function changeLegalHold<Result>(
  request: HoldRequest,
  change: HoldChange<Result>,
  dependencies: HoldDependencies,
): Promise<Result> {
  return untilUnchanged(async () => {
    const current = await dependencies.store.readInvalidDevice(request.deviceId, dependencies);
    if (current === undefined || isExpired(current.record, dependencies.clock())) {
      return explain(request, change, dependencies);
    }
    const { record } = current;
    const answered = change.answered(record);
    if (answered !== undefined) return answered;
    if (isLate(request, record)) return answerLate(current, change, dependencies);
    const plan = change.plan(current);
    return 'answer' in plan ? leaveAsItIs(current, request, plan.answer, dependencies) : plan.carryOut();
  }, dependencies);
}
