import type { AwsService } from '../aws.ts';
import type { Clock } from '../clock.ts';
import type { FunctionInvoker, QueueSender, RuntimeLog } from '../contracts.ts';
import { type Collections, memoryCollections } from '../data/collections.ts';
import { createDynamoDbCall } from '../engine/dynamodb-call.ts';
import { EngineError } from '../engine/engine-error.ts';
import { createMappingsApi, type MappingState } from './api.ts';
import type { EventSourceMapping } from './event-source-mapping.ts';
import { openPositions } from './positions.ts';
import { type AlterDelivery, StreamConsumer } from './stream-consumer.ts';
import type { StampRecords } from './stream-record.ts';
import { createStreamsClient } from './streams-call.ts';

export interface EventSourceMappingsOptions {
  readonly mappings: readonly EventSourceMapping[];
  /** Where the tables are; they have to be there already. */
  readonly engineUrl: string;
  readonly region: string;
  /** Without it, records are as the engine has them. */
  readonly stamp?: StampRecords;
  readonly functions: Pick<FunctionInvoker, 'invoke'>;
  readonly queues: QueueSender;
  /** Keeps positions; in memory by default. */
  readonly collections?: Collections;
  /** None by default. */
  readonly alter?: AlterDelivery;
  readonly clock: Clock;
  readonly log: RuntimeLog;
}

export interface EventSourceMappings {
  /** ListEventSourceMappings and GetEventSourceMapping; every other call of the Lambda API goes to `next`. */
  handleBefore(next: AwsService): AwsService;
  /** Ends the polling. Invocations that run are not waited for, and count as not delivered. */
  close(): Promise<void>;
}

/**
 * Polls the streams of a template's tables, and invokes the functions that its mappings name, as Lambda's pollers
 * do. It goes on where an earlier runtime has stopped, with what was not done with then.
 * Once it resolves, nothing that is written is missed. Throws `EngineError`.
 */
export async function startEventSourceMappings(
  options: EventSourceMappingsOptions,
): Promise<EventSourceMappings> {
  const { mappings, engineUrl, region, clock } = options;
  const positionsOf = openPositions(options.collections ?? memoryCollections);
  const closing = new AbortController();
  const client = createStreamsClient(engineUrl, region);
  const states = mappings.map((mapping): MappingState => ({ mapping, lastModifiedMs: clock.now() }));
  const consumers: StreamConsumer[] = [];

  async function close(): Promise<void> {
    closing.abort();
    await Promise.all(consumers.map((consumer) => consumer.ended()));
    client.close();
  }

  try {
    await Promise.all(
      states
        .filter(({ mapping }) => mapping.enabled)
        .map(async (state) => {
          const engineStreamArn = await findStream(options, state.mapping.tableName);
          const consumer = new StreamConsumer({
            ...options,
            mapping: state.mapping,
            call: client.call,
            engineStreamArn,
            positions: positionsOf(state.mapping.uuid, engineStreamArn),
            // An engine has no other time than that of the machine.
            engineNow: Date.now,
            signal: closing.signal,
            onProcessed: (succeeded) => {
              state.lastSucceeded = succeeded;
            },
          });
          consumers.push(consumer);
          await consumer.start();
        }),
    );
  } catch (error) {
    await close();
    throw error;
  }
  return { handleBefore: (next) => createMappingsApi(states, next), close };
}

/** The engine's own ARN of a table's stream. */
async function findStream(
  { engineUrl, region }: EventSourceMappingsOptions,
  tableName: string,
): Promise<string> {
  const { Table: table } = await createDynamoDbCall(engineUrl, region)('DescribeTable', {
    TableName: tableName,
  });
  const arn: unknown = Object(table)['LatestStreamArn'];
  if (typeof arn === 'string') return arn;
  throw new EngineError(
    `The table ${tableName} was made without a stream, and the template gives it one: start with another data directory, or delete the table.`,
  );
}
