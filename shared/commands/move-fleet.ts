import { type DeviceOutcome, type FleetRow, toFailedOutcome } from '../domain/fleet.ts';
import { TransientFault } from '../errors.ts';
import type { Snapshot, Timing } from '../ports.ts';
import { inParallel } from './in-parallel.ts';

/** Each is one transaction, which waits for an answer most of its time. */
const IN_FLIGHT = 16;

/** The records of a batch as they were read ahead; what is not in it has to be read by itself. */
export type ReadAhead<T> = ReadonlyMap<string, Snapshot<T> | undefined>;

/** How a batch is worked on. */
export interface BatchWork<T> {
  readAhead(deviceIds: readonly string[], timing: Timing): Promise<ReadAhead<T>>;
  /** Of one device. Throws what stands in its way. */
  work(deviceId: string, ahead: ReadAhead<T>): Promise<DeviceOutcome>;
}

/** Hears of each device that was refused, or met with a fault; not of rows that name none. */
export type FailureObserver = (deviceId: string, error: Error) => void;

interface Ended {
  readonly outcome: DeviceOutcome;
  readonly fault?: TransientFault;
}

async function tryOne<T>(
  deviceId: string,
  ahead: ReadAhead<T>,
  { work }: BatchWork<T>,
  failed: FailureObserver,
): Promise<Ended> {
  try {
    return { outcome: await work(deviceId, ahead) };
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    failed(deviceId, error);
    const outcome = toFailedOutcome(deviceId, error);
    return error instanceof TransientFault ? { outcome, fault: error } : { outcome };
  }
}

/**
 * Works on the devices of a batch, several at a time, each by itself: what stands in the way of one does not touch the
 * others. A device that is named twice is worked on once.
 * @returns what became of each row, in their order
 * @throws Throttled, ServiceUnavailable, TransactionConflict when every device of the batch met with a passing fault:
 * it is not the devices then, and the batch had better be tried again
 */
export async function moveFleet<T>(
  rows: readonly FleetRow[],
  batch: BatchWork<T>,
  { failed, ...timing }: Timing & { readonly failed: FailureObserver },
): Promise<readonly DeviceOutcome[]> {
  const deviceIds = [
    ...new Set(rows.filter(({ problem }) => problem === undefined).map(({ deviceId }) => deviceId)),
  ];
  const ahead = deviceIds.length === 0 ? new Map() : await batch.readAhead(deviceIds, timing);
  const ended = await inParallel(deviceIds, IN_FLIGHT, (deviceId) => tryOne(deviceId, ahead, batch, failed));
  const [first] = ended;
  if (first?.fault !== undefined && ended.every(({ fault }) => fault !== undefined)) throw first.fault;

  const outcomes = new Map(ended.map(({ outcome }) => [outcome.deviceId, outcome]));
  return rows.flatMap(({ deviceId, problem }) =>
    problem === undefined ? (outcomes.get(deviceId) ?? []) : toFailedOutcome(deviceId, problem),
  );
}

/** A read that is answered by `answer` the first time, where it has one, and by the tables from then on. */
export function answeredFirst<Read extends (deviceId: string, timing: Timing) => Promise<unknown>>(
  answer: { readonly value: Awaited<ReturnType<Read>> } | undefined,
  read: Read,
): Read {
  let rest = answer;
  const answered = async (deviceId: string, timing: Timing) => {
    const now = rest;
    rest = undefined;
    return now === undefined ? read(deviceId, timing) : now.value;
  };
  return answered as Read;
}
