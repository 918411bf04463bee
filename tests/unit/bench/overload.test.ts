import { describe, expect, it } from '@jest/globals';
import {
  judgeOverload,
  type OverloadRun,
  type Phase,
  recoverySeconds,
} from '../../../bench/overload-report.ts';
import type { LedgerCounts } from '../../../bench/soak/ledger.ts';
import type { Sample } from '../../../bench/soak/samples.ts';

const MEGABYTE = 1_048_576;
const latency = (ms: number) => ({ count: 9, p50: ms, p95: ms, p99: ms, max: ms });

/** A second of a run, in which heartbeats took so long. */
const aSecond = (seconds: number, heartbeatMs: number, rssMegabytes = 500): Sample => ({
  seconds,
  targetPerSecond: 100,
  sentPerSecond: 100,
  endedPerSecond: 100,
  latencies: { heartbeat: latency(heartbeatMs), decommission: latency(60) },
  inFlight: 0,
  letters: {},
  accepted: 0,
  rejected: 0,
  usage: {
    rssBytes: rssMegabytes * MEGABYTE,
    heapBytes: 0,
    externalBytes: 0,
    loopDelayP99Ms: 11,
    engineRssBytes: 0,
  },
});

const phase = (name: Phase['name'], samples: readonly Sample[]): Phase => ({
  name,
  perSecond: 100,
  samples,
  dropped: 0,
});

const counts = (open: number): LedgerCounts => ({
  sent: { heartbeat: 1_000 },
  accepted: 890 - open,
  rejected: { InvalidInput: 100 },
  deadLettered: 0,
  repeated: 0,
  resent: 0,
  open,
  unacknowledged: 10,
});

const seconds = (from: number, to: number, heartbeatMs: (second: number) => number): Sample[] =>
  Array.from({ length: to - from }, (_, index) => aSecond(from + index, heartbeatMs(from + index)));

/** Ten quiet seconds, ten of overload, and a minute in which a backlog of `backlogSeconds` is worked off. */
const aRun = (backlogSeconds: number, changes: Partial<OverloadRun> = {}): OverloadRun => ({
  maximumPerSecond: 200,
  phases: [
    phase(
      'before',
      seconds(0, 10, () => 20),
    ),
    phase(
      'during',
      seconds(10, 20, () => 5_000),
    ),
    phase(
      'after',
      seconds(20, 80, (second) => (second < 20 + backlogSeconds ? 5_000 : 20)),
    ),
  ],
  counts: counts(200),
  letters: 203,
  redrive: 'done',
  afterRedrive: counts(0),
  lettersAfterRedrive: { unanswerable: 3 },
  isAtRest: true,
  tables: [],
  surprises: [],
  ...changes,
});

const failedClaims = (run: OverloadRun) =>
  judgeOverload(run)
    .filter(({ holds }) => !holds)
    .map(({ claim }) => claim);

describe('the verdicts of an overload', () => {
  it('hold when all that was refused is a dead letter, and answers are quick again', () => {
    expect(failedClaims(aRun(12))).toEqual([]);
    expect(recoverySeconds(aRun(12))).toBe(13);
  });

  it('find a message that is neither answered nor a dead letter', () => {
    expect(failedClaims(aRun(12, { letters: 199 }))).toEqual([
      'what is refused is a dead letter, and nothing is lost',
    ]);
  });

  it('find a message of which nobody knows what has become', () => {
    expect(failedClaims(aRun(12, { counts: { ...counts(200), accepted: 689 } }))).toEqual([
      'what is refused is a dead letter, and nothing is lost',
    ]);
  });

  it('find that it does not recover, or for a moment only', () => {
    expect(failedClaims(aRun(60))).toEqual(['it recovers']);
    const [before, during] = aRun(0).phases;
    const after = phase(
      'after',
      seconds(20, 80, (second) => (second % 4 === 0 ? 5_000 : 20)),
    );
    const phases = [before, during, after].filter((one) => one !== undefined);
    expect(failedClaims(aRun(0, { phases }))).toEqual(['it recovers']);
  });

  it('find that memory is not bounded', () => {
    const [before, , after] = aRun(12).phases;
    const during = phase('during', [aSecond(10, 5_000, 1_500)]);
    const phases = [before, during, after].filter((one) => one !== undefined);
    expect(failedClaims(aRun(12, { phases }))).toEqual(['memory is bounded']);
  });

  it('find dead letters that stay', () => {
    expect(failedClaims(aRun(12, { lettersAfterRedrive: { rule: 1 } }))).toEqual([
      'dead letters are answered once they are sent again',
    ]);
  });

  it('find decommissionings that wait behind heartbeats', () => {
    const [before, during, after] = aRun(12).phases;
    const slow = during?.samples.map((sample) => ({
      ...sample,
      latencies: { ...sample.latencies, decommission: latency(12_000) },
    }));
    const phases = [before, phase('during', slow ?? []), after].filter((one) => one !== undefined);
    expect(failedClaims(aRun(12, { phases }))).toEqual(['heartbeats do not drown decommissionings']);
  });
});
