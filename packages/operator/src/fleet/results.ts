import { text } from 'node:stream/consumers';
import { CliError } from '../errors.ts';
import { describeCause } from '../output/cause.ts';
import { IdSet } from './id-set.ts';
import { type DeviceOutcome, FAILED, NOT_RUN, outcomeOf } from './outcome.ts';
import type { FleetBucket, Run } from './ports.ts';
import { devicesOfCsv, devicesOfJsonLines } from './read-devices.ts';
import { textLines } from './text-lines.ts';

const KINDS = ['SUCCEEDED', 'FAILED', 'PENDING'] as const;
type Kind = (typeof KINDS)[number];
type ResultFiles = Readonly<Record<Kind, readonly string[]>>;

/**
 * What became of each device of a run, once each, streamed: from the result files that its manifests name, in the
 * order of these, and of the source whatever has no result. A success counts before a failure, which a redrive
 * may have made up for.
 * https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
 */
export async function* outcomesOf(bucket: FleetBucket, run: Run): AsyncGenerator<DeviceOutcome> {
  const seen = new IdSet();
  const files = await findResultFiles(bucket, run);
  for (const kind of KINDS) {
    for (const key of files[kind]) {
      for await (const outcome of outcomesIn(bucket, key, kind)) {
        // Rows without an id are none of a device, and there may be several.
        if (outcome.deviceId === '' || seen.add(outcome.deviceId) === undefined) yield outcome;
      }
    }
  }
  yield* withoutResult(bucket, run, seen);
}

async function findResultFiles(bucket: FleetBucket, { name }: Run): Promise<ResultFiles> {
  const found: Record<Kind, Set<string>> = {
    SUCCEEDED: new Set(),
    FAILED: new Set(),
    PENDING: new Set(),
  };
  for await (const key of bucket.list(`results/${name}/`)) {
    if (!key.endsWith('/manifest.json')) continue;
    const { ResultFiles } = Object(JSON.parse(await text(await bucket.read(key))));
    for (const kind of KINDS) {
      for (const { Key } of Object(ResultFiles)[kind] ?? []) found[kind].add(String(Key));
    }
  }
  return {
    SUCCEEDED: [...found.SUCCEEDED],
    FAILED: [...found.FAILED],
    PENDING: [...found.PENDING],
  };
}

async function* outcomesIn(bucket: FleetBucket, key: string, kind: Kind): AsyncGenerator<DeviceOutcome> {
  for await (const { text } of textLines(await bucket.read(key))) {
    if (text === undefined) throw notUnderstood(key);
    if (text.trim() === '') continue;
    const value = parse(text, key);
    if (kind !== 'SUCCEEDED') {
      yield* outcomesOfBatch(Object(value), kind);
      continue;
    }
    const outcome = outcomeOf(value);
    if (outcome === undefined) throw notUnderstood(key);
    yield outcome;
  }
}

function parse(line: string, key: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw notUnderstood(key);
  }
}

const notUnderstood = (key: string): CliError =>
  new CliError(
    `${key} in the bucket of the stack has a line that is no result: use the devicectl of the stack's version.`,
  );

/** A child execution that has not succeeded, as Step Functions describes it, with its input as JSON text. */
function* outcomesOfBatch(record: Readonly<Record<string, unknown>>, kind: Kind): Generator<DeviceOutcome> {
  const { Items = [] } = Object(JSON.parse(String(record['Input'] ?? '{}')));
  for (const item of Items as readonly unknown[]) {
    const { deviceId } = Object(item);
    yield { deviceId: String(deviceId ?? ''), ...fateOf(record, kind) };
  }
}

/** Whatever ends a batch is passing: what one device does never does it. */
function fateOf(
  { Status, Error: error, Cause: cause }: Readonly<Record<string, unknown>>,
  kind: Kind,
): Omit<DeviceOutcome, 'deviceId'> {
  if (kind === 'PENDING') {
    return { outcome: NOT_RUN, message: 'The run ended before it.', retryable: true };
  }
  if (Status === 'ABORTED') {
    const message = 'The run ended while its batch ran: it may be done or not.';
    return { outcome: FAILED, error: 'Aborted', message, retryable: true };
  }
  return {
    outcome: FAILED,
    error: String(error ?? Status),
    message: typeof cause === 'string' ? describeCause(cause) : 'Its batch failed.',
    retryable: true,
  };
}

async function* withoutResult(
  bucket: FleetBucket,
  { input, status }: Run,
  seen: IdSet,
): AsyncGenerator<DeviceOutcome> {
  const { key } = Object(input['source']);
  const name = String(key);
  const stream = await bucket.read(name);
  const lines = name.endsWith('.jsonl') ? devicesOfJsonLines(stream) : devicesOfCsv(name, stream);
  const message =
    seen.size === 0 && status !== 'SUCCEEDED'
      ? 'The run left no results: it may be done or not.'
      : 'The run ended before it.';
  for await (const line of lines) {
    if ('problem' in line || seen.add(line.deviceId) !== undefined) continue;
    yield { deviceId: line.deviceId, outcome: NOT_RUN, message, retryable: true };
  }
}
