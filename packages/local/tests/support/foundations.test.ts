import { startDynoxide } from '@device-lifecycle/test-kit/dynoxide.ts';
import type { TableEngine } from '@device-lifecycle/test-kit/table-engine.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AwsError } from '../../src/aws.ts';
import { createDynamoDbCall, type DynamoDbCall, DynamoDbError } from '../../src/engine/dynamodb-call.ts';
import { DYNAMODB_OPERATIONS, STREAMS_OPERATIONS } from '../../src/engine/operations.ts';
import { dynamodbSupport } from '../../src/engine/support.ts';
import { eventsSupport } from '../../src/events/support.ts';
import { iotSupport } from '../../src/iot/support.ts';
import { logsSupport } from '../../src/logs/support.ts';
import { type Emulator, startEmulator } from '../../src/queues/emulator.ts';
import { SQS_OPERATIONS } from '../../src/queues/operations.ts';
import { queuesSupport } from '../../src/queues/support.ts';
import { s3Support } from '../../src/s3/support.ts';
import { snsSupport } from '../../src/sns/support.ts';
import { createStreamsClient } from '../../src/streams/streams-call.ts';
import { operationEntries } from '../../src/support/operation-entries.ts';

/** The names of the operations that a client of the SDK has. */
const operationsOf = (client: object) =>
  Object.keys(client).flatMap((name) => /^(\w+)Command$/.exec(name)?.[1] ?? []);

const chapters = [
  ...dynamodbSupport,
  ...eventsSupport,
  ...iotSupport,
  ...logsSupport,
  ...queuesSupport,
  ...s3Support,
  ...snsSupport,
];

describe('the checklist', () => {
  it.each(chapters.map((chapter) => [chapter.title, chapter] as const))(
    'says of %s what is limited, refused or open, and why',
    (_, { entries, source }) => {
      expect(source).toMatch(/^https:\/\/docs\.aws\.amazon\.com\//);
      for (const { status, note } of entries) if (status !== 'runs') expect(note).toMatch(/\.$/);
      expect(new Set(entries.map(({ name }) => name)).size).toBe(entries.length);
    },
  );

  it('has no note on what does not run', () => {
    expect(() => operationEntries(['A'], { B: 'Not quite.' }, 'Refused.')).toThrow('note on B');
  });

  it.each([
    ['EventBridge', () => import('@aws-sdk/client-eventbridge')],
    ['CloudWatch Logs', () => import('@aws-sdk/client-cloudwatch-logs')],
    ['SQS', () => import('@aws-sdk/client-sqs')],
    ['SNS', () => import('@aws-sdk/client-sns')],
    ['AWS IoT control plane', () => import('@aws-sdk/client-iot')],
    ['DynamoDB', () => import('@aws-sdk/client-dynamodb')],
  ])('names operations of %s as the SDK does', async (service, load) => {
    const known = operationsOf(await load());
    const { entries = [] } = chapters.find(({ title }) => title === `${service}: operations`) ?? {};
    const names = entries.filter(({ status }) => status !== 'refused').map(({ name }) => name);
    expect(names.length).toBeGreaterThan(5);
    expect(names.filter((name) => !known.includes(name))).toEqual([]);
  });
});

describe('the operations of SQS', () => {
  let emulator: Emulator;

  beforeAll(async () => {
    emulator = await startEmulator({ region: 'us-east-1' });
  });

  afterAll(() => emulator.close());

  it('are those that the emulator has', async () => {
    const unknown = await Promise.all(
      operationsOf(await import('@aws-sdk/client-sqs')).map(async (name) => {
        const error: unknown = await emulator.callSqs(name, {}).catch((reason: unknown) => reason);
        return error instanceof AwsError && error.code === 'InvalidAction' ? [name] : [];
      }),
    );
    const others = operationsOf(await import('@aws-sdk/client-sqs')).filter(
      (name) => !SQS_OPERATIONS.includes(name),
    );
    expect(unknown.flat().sort()).toEqual(others.sort());
  });
});

describe('the operations of DynamoDB', () => {
  let engine: TableEngine;
  let close: () => void;
  let calls: readonly DynamoDbCall[];

  beforeAll(async () => {
    engine = await startDynoxide();
    const streams = createStreamsClient(engine.endpoint, 'us-east-1');
    close = () => streams.close();
    calls = [createDynamoDbCall(engine.endpoint, 'us-east-1'), streams.call];
  });

  afterAll(async () => {
    close?.();
    await engine?.stop();
  });

  it('are those that the engine has', async () => {
    const [dynamodb, streams] = calls;
    const isKnown = async (call: DynamoDbCall | undefined, name: string) => {
      const error: unknown = await call?.(name, {}).catch((reason: unknown) => reason);
      return !(error instanceof DynamoDbError && error.name === 'UnknownOperationException');
    };
    const names = operationsOf(await import('@aws-sdk/client-dynamodb'));
    const known = await Promise.all(
      names.map(async (name) => ((await isKnown(dynamodb, name)) ? [name] : [])),
    );
    expect(known.flat().sort()).toEqual([...DYNAMODB_OPERATIONS].sort());
    for (const name of STREAMS_OPERATIONS) expect(await isKnown(streams, name)).toBe(true);
  });
});
