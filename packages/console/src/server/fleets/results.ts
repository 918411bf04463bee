import { createReadStream, createWriteStream, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type DeviceOutcome, FAILED, NOT_RUN } from '@device-lifecycle/operator/fleet/outcome.ts';
import type { FleetBucket, Run } from '@device-lifecycle/operator/fleet/ports.ts';
import { outcomesOf } from '@device-lifecycle/operator/fleet/results.ts';
import { createTally, type Tally } from '@device-lifecycle/operator/fleet/tally.ts';
import { textLines } from '@device-lifecycle/operator/fleet/text-lines.ts';
import type { FailedDevice, FailedDevices } from '../../contract/fleets.ts';
import { Bounded } from '../bounded.ts';

/** Each is a temporary file, which is as large as what has failed. */
const REMEMBERED_RUNS = 8;
const REMEMBERED_COUNTS = 1_000;

/** What the results of a run come to. */
export interface RunResults {
  readonly tally: Tally;
  /** A page of those that have failed or were not run. `after`: `next` of the page before. */
  failures(page: {
    readonly after: number;
    readonly limit: number;
    readonly error?: string;
  }): Promise<FailedDevices>;
}

/** Results that are read, or were. */
export interface Reading {
  readonly results: Promise<RunResults>;
  /** How many devices' results were read so far. */
  read(): number;
}

/** The results of runs that have ended: each is read once however many ask, and the last few are remembered. */
export interface Results {
  /** `isWhole`: whether they were all in the bucket before; what was read of a part is read anew then. */
  of(bucket: FleetBucket, run: Run, isWhole: boolean): Reading;
  /** How many devices have failed of a run, where all its results were read. */
  failedOf(run: Pick<Run, 'executionArn' | 'endedAtMs'>): number | undefined;
}

/** `signal`: ends what is read, and removes what is remembered. */
export function createResults(signal: AbortSignal): Results {
  const files = createFiles(signal);
  const readings = new Bounded<string, Reading & { remove(): void }>(REMEMBERED_RUNS, (one) => one.remove());
  const failed = new Bounded<string, number>(REMEMBERED_COUNTS);
  const of: Results['of'] = (bucket, run, isWhole) => {
    const key = `${keyOf(run)} ${isWhole}`;
    const known = readings.get(key);
    if (known !== undefined) return known;
    let read = 0;
    const path = files.next();
    const outcomes = counted(outcomesOf(bucket, run), signal, () => {
      read += 1;
    });
    const results = path.then((file) => readInto(file, outcomes));
    readings.set(key, {
      results,
      read: () => read,
      remove: () => void path.then((file) => rmSync(file, { force: true })),
    });
    results.then(
      ({ tally }) => isWhole && failed.set(keyOf(run), tally.outcomes[FAILED] ?? 0),
      () => readings.delete(key),
    );
    return { results, read: () => read };
  };
  return { of, failedOf: (run) => failed.get(keyOf(run)) };
}

/** A redrive ends at another time. */
const keyOf = ({ executionArn, endedAtMs }: Pick<Run, 'executionArn' | 'endedAtMs'>): string =>
  `${executionArn} ${endedAtMs}`;

interface Files {
  /** The path of the next one. */
  next(): Promise<string>;
}

function createFiles(signal: AbortSignal): Files {
  let directory: Promise<string> | undefined;
  let count = 0;
  const make = async () => {
    const path = await mkdtemp(join(tmpdir(), 'devicectl-console-'));
    const remove = () => rmSync(path, { recursive: true, force: true });
    signal.addEventListener('abort', remove, { once: true });
    process.once('exit', remove);
    return path;
  };
  return {
    async next() {
      directory ??= make();
      count += 1;
      return join(await directory, `${count}.jsonl`);
    },
  };
}

async function* counted(
  outcomes: AsyncIterable<DeviceOutcome>,
  signal: AbortSignal,
  count: () => void,
): AsyncGenerator<DeviceOutcome> {
  for await (const outcome of outcomes) {
    signal.throwIfAborted();
    count();
    yield outcome;
  }
}

async function readInto(path: string, outcomes: AsyncIterable<DeviceOutcome>): Promise<RunResults> {
  const tally = createTally();
  async function* undone(): AsyncGenerator<string> {
    for await (const outcome of outcomes) {
      tally.add(outcome);
      if ([FAILED, NOT_RUN].includes(outcome.outcome)) yield `${JSON.stringify(outcome)}\n`;
    }
  }
  await pipeline(Readable.from(undone()), createWriteStream(path, { mode: 0o600 }));
  return { tally: tally.result(), failures: (page) => readPage(path, page) };
}

async function readPage(
  path: string,
  { after, limit, error }: Parameters<RunResults['failures']>[0],
): Promise<FailedDevices> {
  const devices: FailedDevice[] = [];
  let at = after;
  for await (const { text = '' } of textLines(createReadStream(path, { start: after }))) {
    const device: FailedDevice = JSON.parse(text);
    if (error === undefined || nameOf(device) === error) {
      if (devices.length === limit) return { devices, next: at };
      devices.push(device);
    }
    at += Buffer.byteLength(text) + 1;
  }
  return { devices };
}

/** As the tally has it; what was not run has none. */
const nameOf = ({ outcome, error }: FailedDevice): string =>
  outcome === NOT_RUN ? NOT_RUN : (error ?? 'Unknown');
