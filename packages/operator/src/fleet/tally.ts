import { type DeviceOutcome, FAILED } from './outcome.ts';

const EXAMPLES = 3;
/** So many kinds of failures are told apart; more are nobody's to read. */
const MAX_FAILURES = 100;

interface FailureTally {
  /** Its name: see docs/messages.md. */
  readonly error: string;
  count: number;
  readonly retryable: boolean;
  readonly examples: { readonly deviceId: string; readonly message?: string }[];
}

/** How many devices had which outcome, and what failed. */
export interface Tally {
  readonly devices: number;
  readonly outcomes: Readonly<Record<string, number>>;
  /** The most frequent first. */
  readonly failures: readonly Readonly<FailureTally>[];
  readonly certificates: number;
}

export interface TallyKeeper {
  add(outcome: DeviceOutcome): void;
  result(): Tally;
}

/** Counts outcomes as they pass, in memory that does not grow with them. */
export function createTally(): TallyKeeper {
  const outcomes: Record<string, number> = {};
  const failures = new Map<string, FailureTally>();
  let [devices, certificates] = [0, 0];
  return {
    add(row) {
      devices += 1;
      certificates += row.certificates ?? 0;
      outcomes[row.outcome] = (outcomes[row.outcome] ?? 0) + 1;
      if (row.outcome === FAILED) addFailure(failures, row);
    },
    result: () => ({
      devices,
      outcomes,
      failures: [...failures.values()].sort((one, other) => other.count - one.count),
      certificates,
    }),
  };
}

function addFailure(failures: Map<string, FailureTally>, row: DeviceOutcome): void {
  const { error = 'Unknown', retryable = false, deviceId, message } = row;
  const key = `${error} ${retryable}`;
  const failure = failures.get(key) ?? { error, count: 0, retryable, examples: [] };
  failure.count += 1;
  if (failure.examples.length < EXAMPLES) {
    failure.examples.push({ deviceId, ...(message !== undefined && { message }) });
  }
  if (failures.has(key) || failures.size < MAX_FAILURES) failures.set(key, failure);
}
