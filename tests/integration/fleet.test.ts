import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { aDevice } from '@device-lifecycle/test-kit/devices.ts';
import { createOperator, type ExecutionEnd } from '@device-lifecycle/test-kit/laptop/executions.ts';
import { type RunningStack, startStack } from '@device-lifecycle/test-kit/laptop/stack.ts';
import { createTableReader } from '@device-lifecycle/test-kit/laptop/tables.ts';
import { createWholeStore } from '@device-lifecycle/test-kit/whole-store.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { problemsOf } from '../support/log-lines.ts';
import { functionLines } from './function-lines.ts';

const IDS = Array.from({ length: 240 }, (_, index) => `lot-7-${index + 1}`);
const BAD = ['', 'a b', 'ä', 'x'.repeat(129), '"=1+1"'];
const OTHERS = [...BAD, ...BAD.slice(1), 'nobody', 'lot-7-1'];

let stack: RunningStack;
let operator: ReturnType<typeof createOperator>;
let tables: ReturnType<typeof createTableReader>;
let s3: S3Client;

beforeAll(async () => {
  stack = await startStack();
  operator = createOperator(stack);
  tables = createTableReader(stack);
  s3 = new S3Client({ ...stack.clientConfig, forcePathStyle: true });
  const client = new DynamoDBClient(stack.clientConfig);
  const store = createWholeStore({ client, tables: stack.tables });
  const timing = { clock: Date.now, deadlineEpochMs: Date.now() + 60_000 };
  await Promise.all(IDS.map((id) => store.register(aDevice({ id, certificateIds: ['c1'] }), timing)));
  client.destroy();
});

afterAll(async () => {
  s3.destroy();
  operator.close();
  tables.close();
  await stack.stop();
});

async function upload(key: string, lines: readonly string[]) {
  const source = { bucket: stack.buckets.fleet, key };
  const Body = lines.map((line) => `${line}\n`).join('');
  await s3.send(new PutObjectCommand({ Bucket: source.bucket, Key: key, Body }));
  return source;
}

async function readText(bucket: string, key: string): Promise<string> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return (await Body?.transformToString()) ?? '';
}

/** What the manifest of an execution leads to: a line a device. */
async function outcomesOf({ status, output, cause }: ExecutionEnd): Promise<readonly Outcome[]> {
  expect({ status, cause }).toEqual({ status: 'SUCCEEDED', cause: undefined });
  const { bucket, key } = Object(output?.['results']);
  const { ResultFiles } = JSON.parse(await readText(bucket, key));
  expect({ ...ResultFiles, SUCCEEDED: [] }).toEqual({ SUCCEEDED: [], FAILED: [], PENDING: [] });
  const files: string[] = await Promise.all(
    ResultFiles.SUCCEEDED.map(({ Key }: { Key: string }) => readText(bucket, Key)),
  );
  return files.flatMap((text) => text.split('\n').filter(Boolean)).map((line) => JSON.parse(line));
}
type Outcome = Readonly<{ deviceId: string; outcome: string; error?: string; certificates?: number }>;

function countBy(outcomes: readonly Outcome[]): Readonly<Record<string, number>> {
  const groups = Map.groupBy(outcomes, ({ outcome, error }) => error ?? outcome);
  return Object.fromEntries([...groups].map(([name, { length }]) => [name, length]));
}

const countItems = async (table: 'devices' | 'invalidDevices') =>
  (await tables.read())[table].filter(({ id }) => id.startsWith('lot-7-')).length;

describe('a fleet', () => {
  const csv = ['deviceId,lot', ...[...IDS, ...OTHERS].map((id) => `${id},7`)];
  const request = { reason: 'recall', requestedBy: 'tests', requestId: 'recall-7' };

  it('says in a dry run what would happen, and changes nothing', async () => {
    const source = await upload('sources/lot-7.csv', csv);
    const run = await operator.run(stack.stateMachines.decommissionFleet, {
      source,
      dryRun: true,
      ...request,
    });
    const outcomes = await outcomesOf(run);

    expect(countBy(outcomes)).toEqual({ wouldDecommission: 241, InvalidInput: 9, DeviceNotFound: 1 });
    expect(outcomes.reduce((sum, { certificates = 0 }) => sum + certificates, 0)).toBe(241);
    expect(await countItems('devices')).toBe(240);
  });

  it('leaves service by a CSV file, with an outcome for each line', async () => {
    const source = { bucket: stack.buckets.fleet, key: 'sources/lot-7.csv' };
    const run = await operator.run(stack.stateMachines.decommissionFleet, { source, ...request });
    const outcomes = await outcomesOf(run);

    expect(run.output).toMatchObject({
      mapRunArn: expect.stringContaining(':mapRun:device-lifecycle-dev-decommission-fleet/Csv:'),
    });
    expect(countBy(outcomes)).toEqual({ decommissioned: 241, InvalidInput: 9, DeviceNotFound: 1 });
    expect(new Set(outcomes.map(({ deviceId }) => deviceId))).toEqual(
      new Set([...IDS, '', 'a b', 'ä', 'x'.repeat(128), '=1+1', 'nobody']),
    );
    expect([await countItems('devices'), await countItems('invalidDevices')]).toEqual([0, 240]);
  });

  it('answers the same when the request is repeated, and another that it is out of service', async () => {
    const source = { bucket: stack.buckets.fleet, key: 'sources/lot-7.csv' };
    const run = (requestId: string) =>
      operator.run(stack.stateMachines.decommissionFleet, { source, ...request, requestId });
    expect(countBy(await outcomesOf(await run('recall-7')))).toMatchObject({ decommissioned: 241 });
    expect(countBy(await outcomesOf(await run('recall-8')))).toMatchObject({ alreadyDecommissioned: 241 });
  });

  it('comes back by a file of JSON Lines', async () => {
    const lines = [...IDS.map((deviceId) => JSON.stringify({ deviceId })), '{"deviceId":7}', '{}'];
    const source = await upload('sources/lot-7.jsonl', lines);
    const run = await operator.run(stack.stateMachines.restoreFleet, { source, requestedBy: 'tests' });

    expect(countBy(await outcomesOf(run))).toEqual({ restored: 240, InvalidInput: 2 });
    expect([await countItems('devices'), await countItems('invalidDevices')]).toEqual([240, 0]);
  });

  it('is not begun by an input that is wrong', async () => {
    const source = { bucket: stack.buckets.fleet, key: 'sources/lot-7.xlsx' };
    const run = await operator.run(stack.stateMachines.restoreFleet, { source, requestedBy: 'tests' });
    expect(run).toMatchObject({ status: 'FAILED', error: 'InvalidInput' });
    expect(run.cause).toContain('source.key: must end in .csv or .jsonl');
  });

  it('is proposed when it has not been seen for long', async () => {
    const run = await operator.run(stack.stateMachines.proposeStale, {
      unseenDays: 30,
      requestedBy: 'tests',
      segments: 4,
    });
    expect(run).toMatchObject({ status: 'SUCCEEDED', output: { devices: 240 } });
    const { bucket, key } = Object(run.output);
    const [heading, ...lines] = (await readText(bucket, key)).trimEnd().split('\n');

    expect(heading).toBe('deviceId,lastSeenAt,type,serialNumber');
    expect(lines.map((line) => line.split(',')[0]).toSorted()).toEqual(IDS.toSorted());
  });

  it('is logged by a line a batch, that keeps to the schema', async () => {
    const lines = await functionLines(stack);
    const batches = lines.filter(({ message }) => message === 'batch');
    expect(lines.flatMap(problemsOf)).toEqual([]);
    // 251 lines in four runs, 242 in one.
    expect(batches).toHaveLength(15);
  });
});
