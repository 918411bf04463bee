import { describe, expect, it } from '@jest/globals';
import { Latencies } from '../../../bench/soak/latencies.ts';
import { Ledger } from '../../../bench/soak/ledger.ts';
import { readLetter } from '../../../bench/soak/letters.ts';
import { OptionsError, PARTS, parseOptions } from '../../../bench/soak/options.ts';
import type { Sample } from '../../../bench/soak/samples.ts';
import { trendOf } from '../../../bench/soak/trend.ts';
import { judge, judgeLatency, judgeMemory, MEMORIES, type Run } from '../../../bench/soak/verdicts.ts';
import { failedInvocation, failedRule } from '../../support/letters.ts';
import { createRandom } from '../../support/random.ts';

const MINUTES = 60;
const MEGABYTE = 1_048_576;
const random = createRandom(7);
/** Of garbage that is collected, a little more or less of it. */
const noise = () => random.next() * 4 * MEGABYTE;

/** An hour in which the heap is as `heapAt` says, by the minute. */
const anHour = (heapAt: (minute: number) => number, p99At: (minute: number) => number = () => 20): Sample[] =>
  Array.from({ length: MINUTES }, (_, minute) => ({
    seconds: (minute + 1) * 60,
    targetPerSecond: 100,
    sentPerSecond: 100,
    endedPerSecond: 100,
    latencies: { heartbeat: { count: 6_000, p50: 5, p95: 10, p99: p99At(minute), max: 50 } },
    inFlight: 3,
    letters: {},
    accepted: 6_000 * minute,
    rejected: 0,
    usage: {
      rssBytes: 500 * MEGABYTE,
      heapBytes: 100 * MEGABYTE,
      externalBytes: 0,
      loopDelayP99Ms: 11,
      engineRssBytes: 20 * MEGABYTE,
    },
    collected: {
      runtimeBytes: heapAt(minute) + noise(),
      environmentBytes: 18 * MEGABYTE,
      environments: 20,
    },
  }));

const flat = () => 60 * MEGABYTE;
const [heap] = MEMORIES;

const runOf = (ledger: Ledger, changes: Partial<Run> = {}): Run => ({
  samples: anHour(flat),
  counts: ledger.counts(),
  open: ledger.openMessages(),
  tables: [],
  access: [],
  surprises: [],
  unknown: [],
  ...changes,
});

const failedClaims = (run: Run) =>
  judge(run)
    .filter(({ holds }) => !holds)
    .map(({ claim }) => claim);

function createLedger() {
  const latencies = new Latencies();
  return { latencies, ledger: new Ledger(60_000, (operation, ms) => latencies.record(operation, ms)) };
}

describe('the verdicts of a soak', () => {
  it('hold for an hour in which nothing was lost and nothing grew', async () => {
    const { ledger, latencies } = createLedger();
    const [accepted, rejected, dead, cutOff] = Array.from({ length: 4 }, () => ledger.open('update', 'd-1'));
    for (const message of [accepted, rejected, dead]) ledger.acknowledged(message?.requestId ?? '');
    ledger.accepted(accepted?.requestId ?? '', { deviceId: 'd-1' });
    ledger.accepted(accepted?.requestId ?? '', { deviceId: 'd-1' });
    ledger.rejected(rejected?.requestId ?? '', 'StaleVersion');
    ledger.deadLettered(dead?.requestId ?? '');

    await expect(accepted?.fate).resolves.toMatchObject({ kind: 'accepted' });
    await expect(rejected?.fate).resolves.toEqual({ kind: 'rejected', code: 'StaleVersion' });
    await expect(dead?.fate).resolves.toEqual({ kind: 'deadLettered' });
    expect(ledger.counts()).toEqual({
      sent: { update: 4 },
      accepted: 1,
      rejected: { StaleVersion: 1 },
      deadLettered: 1,
      repeated: 1,
      resent: 0,
      open: 0,
      unacknowledged: 1,
    });
    expect(latencies.take()['update']?.count).toBe(2);
    expect(failedClaims(runOf(ledger))).toEqual([]);
    ledger.deadLettered(cutOff?.requestId ?? '');
  });

  it('find one message that nobody has answered for', () => {
    const { ledger } = createLedger();
    const { requestId } = ledger.open('heartbeat', 'd-1');
    ledger.acknowledged(requestId);

    expect(failedClaims(runOf(ledger))).toEqual([
      'every message that was acknowledged is answered or a dead letter',
    ]);
    ledger.accepted(requestId, {});
  });

  it('count a message that is sent again as one', () => {
    const { ledger } = createLedger();
    const { requestId } = ledger.open('update', 'd-1');
    ledger.acknowledged(requestId);
    ledger.open('update', 'd-1', requestId);
    expect(ledger.counts()).toMatchObject({ sent: { update: 2 }, resent: 1, open: 1, unacknowledged: 0 });

    ledger.accepted(requestId, {});
    expect(failedClaims(runOf(ledger))).toEqual([]);
  });

  it.each([
    ['the tables are as devices and operators were told', { tables: ['d-1 is in both'] }],
    ['certificates are as their devices stand', { access: ['d-1 is out, and its certificate ACTIVE'] }],
    ['every request has an outcome that is known', { unknown: ['d-1'] }],
    ['every answer is one that was to be expected', { surprises: ['a restore was refused'] }],
  ] as const)('find that not %s', (claim, changes) => {
    expect(failedClaims(runOf(createLedger().ledger, changes))).toEqual([claim]);
  });

  it('find that the stack does not keep up', () => {
    const samples = anHour(flat).map((sample) => ({ ...sample, endedPerSecond: 80 }));
    expect(failedClaims(runOf(createLedger().ledger, { samples }))).toEqual(['the stack keeps up']);
  });

  it('find a leak of ten megabytes an hour, and none in noise', () => {
    if (heap === undefined) throw new Error('There is a heap to judge.');
    const leak = (minute: number) => flat() + (minute * 10 * MEGABYTE) / MINUTES;
    expect(judgeMemory(anHour(leak), heap).holds).toBe(false);
    expect(judgeMemory(anHour(flat), heap).holds).toBe(true);
  });

  it('take what warms up in the first quarter for no leak', () => {
    if (heap === undefined) throw new Error('There is a heap to judge.');
    const warmingUp = (minute: number) => Math.min(1, minute / 12) * flat();
    expect(judgeMemory(anHour(warmingUp), heap).holds).toBe(true);
  });

  it('do not call flat what was not measured', () => {
    if (heap === undefined) throw new Error('There is a heap to judge.');
    expect(judgeMemory(anHour(flat).slice(0, 2), heap)).toMatchObject({
      holds: false,
      measured: 'too short to tell',
    });
  });

  it('find answers that get slower', () => {
    expect(judgeLatency(anHour(flat, (minute) => 20 + minute ** 2)).holds).toBe(false);
    expect(judgeLatency(anHour(flat, () => 20 + random.below(10))).holds).toBe(true);
    expect(judgeLatency([]).holds).toBe(false);
  });
});

describe('a trend', () => {
  it('is that of a line, with an interval that closes on it', () => {
    const points = Array.from({ length: 45 }, (_, x) => [x, 100 + 2 * x] as const);
    const trend = trendOf(points);
    expect(trend?.growth).toBeCloseTo(88);
    expect(trend?.low).toBeCloseTo(88);
    expect(trend?.high).toBeCloseTo(88);
  });
});

describe('a dead letter', () => {
  it('tells which message it is about', () => {
    const payload = '{"requestId":"r-1"}';
    expect(readLetter(failedInvocation('d-1', 'record-heartbeat', payload))).toEqual({
      kind: 'invocation',
      requestId: 'r-1',
    });
    const base64OriginalPayload = Buffer.from(payload).toString('base64');
    expect(readLetter(failedRule('heartbeat', { base64OriginalPayload }))).toEqual({
      kind: 'rule',
      requestId: 'r-1',
    });
    expect(readLetter(JSON.stringify({ reason: 'Unanswerable', base64OriginalPayload: '/w==' }))).toEqual({
      kind: 'unanswerable',
    });
  });
});

describe('the command line of a soak', () => {
  it('names parts, all of them by default, and has a seed', () => {
    expect(parseOptions([])?.parts).toEqual(PARTS);
    const options = parseOptions(['load', '--minutes', '10', '--seed', '4', '--faults', 'off']);
    expect(options).toEqual({
      parts: ['load'],
      load: { minutes: 10, devices: 200, seed: 4, hasFaults: false, isKept: true },
    });
    expect(parseOptions(['--help'])).toBeUndefined();
  });

  it.each([
    [['lode']],
    [['--minutes', 'ten']],
    [['--rate', '0']],
    [['--faults', 'some']],
    [['--devices', '3']],
    [['--speed', '3']],
  ])('refuses %j', (args) => {
    expect(() => parseOptions(args)).toThrow(OptionsError);
  });
});
