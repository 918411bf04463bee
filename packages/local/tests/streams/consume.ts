import { FakeClock } from '@device-lifecycle/test-kit/fake-clock.ts';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { type Collections, memoryCollections } from '../../src/data/collections.ts';
import { openPositions } from '../../src/streams/positions.ts';
import type { StreamMapping } from '../../src/streams/read-mapping.ts';
import { type AlterDelivery, StreamConsumer } from '../../src/streams/stream-consumer.ts';
import { engineStreamArn, FakeStream } from './fake-stream.ts';

export const functionArn = 'arn:aws:lambda:eu-west-1:000000000000:function:on-order';
export const queueArn = 'arn:aws:sqs:eu-west-1:000000000000:dead-letters';

export const mapping: StreamMapping = {
  uuid: '00000000-0000-0000-0000-000000000001',
  arn: 'arn:aws:lambda:eu-west-1:000000000000:event-source-mapping:00000000-0000-0000-0000-000000000001',
  functionArn,
  tableName: 'orders',
  streamArn: 'arn:aws:dynamodb:eu-west-1:000000000000:table/orders/stream/1970-01-01T00:00:00.000',
  enabled: true,
  startingPosition: 'TRIM_HORIZON',
  parallelizationFactor: 1,
  batchSize: 100,
  maximumBatchingWindowInSeconds: 0,
  filters: [],
  reportBatchItemFailures: false,
  bisectBatchOnFunctionError: false,
  maximumRetryAttempts: -1,
  maximumRecordAgeInSeconds: -1,
};

/** What a handler answers; an error thrown is a function error, `Refusal` a function that can't be invoked. */
export type Handler = (ids: readonly string[], event: DynamoDBStreamEvent) => unknown;

export class Refusal extends Error {}

export interface Consumption {
  readonly clock: FakeClock;
  /** Moves the time that is told by so many milliseconds, without anything happening meanwhile. */
  jump(ms: number): void;
  readonly stream: FakeStream;
  /** The items' ids of each invocation, failed ones too. */
  readonly invocations: string[][];
  readonly events: DynamoDBStreamEvent[];
  /** When each began, in epoch milliseconds. */
  readonly times: number[];
  /** What the destination was told. */
  readonly told: Record<string, unknown>[];
  readonly logged: string[];
  readonly processed: boolean[];
  readonly consumer: StreamConsumer;
  /** Lets time pass until so many invocations have been made. */
  untilInvoked(count: number): Promise<void>;
  untilTold(count: number): Promise<void>;
  close(): Promise<void>;
}

export interface ConsumeOptions {
  readonly mapping?: Partial<StreamMapping>;
  readonly handler?: Handler;
  /** By default one with one shard, and nothing in it. */
  readonly stream?: FakeStream;
  /** Where the positions are kept. */
  readonly collections?: Collections;
  readonly sendMessage?: () => Promise<void>;
  readonly alter?: AlterDelivery;
}

export function streamOf(...ids: string[]): FakeStream {
  const stream = new FakeStream();
  stream.addShard('shard-1');
  for (const id of ids) stream.put(id);
  return stream;
}

/** Starts to consume a stream on a clock that moves when it is told to. */
export async function consume(options: ConsumeOptions = {}): Promise<Consumption> {
  const { handler = () => null, stream = streamOf() } = options;
  const clock = new FakeClock();
  let jumpedMs = 0;
  const closing = new AbortController();
  const invocations: string[][] = [];
  const events: DynamoDBStreamEvent[] = [];
  const times: number[] = [];
  const told: Record<string, unknown>[] = [];
  const logged: string[] = [];
  const processed: boolean[] = [];
  const log = (message: string) => void logged.push(message);
  const consumer = new StreamConsumer({
    mapping: { ...mapping, ...options.mapping },
    call: stream.call,
    engineStreamArn,
    positions: openPositions(options.collections ?? memoryCollections).of(mapping.uuid, engineStreamArn),
    region: 'eu-west-1',
    clock: { now: () => clock.now() + jumpedMs, sleep: (ms, signal) => clock.sleep(ms, signal) },
    log: { info: log, warn: log, error: log },
    engineNow: () => clock.now(),
    signal: closing.signal,
    ...(options.alter !== undefined && { alter: options.alter }),
    onProcessed: (succeeded) => processed.push(succeeded),
    queues: {
      async sendMessage(queue, body) {
        await options.sendMessage?.();
        told.push({ queue, ...JSON.parse(body) });
      },
    },
    functions: {
      async invoke(_, payload) {
        const event: DynamoDBStreamEvent = JSON.parse(payload);
        const ids = event.Records.map(({ dynamodb }) => dynamodb?.Keys?.['id']?.S ?? '');
        const common = { requestId: `request-${invocations.length + 1}`, logTail: '' };
        invocations.push(ids);
        events.push(event);
        times.push(clock.now());
        try {
          return { ...common, payload: JSON.stringify((await handler(ids, event)) ?? null) };
        } catch (error) {
          if (error instanceof Refusal) throw error;
          return { ...common, functionError: 'Unhandled', payload: '{"errorType":"Error"}' };
        }
      },
    },
  });
  await consumer.start();
  return {
    clock,
    jump(ms) {
      jumpedMs += ms;
    },
    stream,
    invocations,
    events,
    times,
    told,
    logged,
    processed,
    consumer,
    untilInvoked: (count) => clock.runUntil(async () => invocations.length >= count),
    untilTold: (count) => clock.runUntil(async () => told.length >= count),
    async close() {
      closing.abort(new Error('closing'));
      await consumer.ended();
    },
  };
}
