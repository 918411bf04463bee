import type { AwsService } from '../aws.ts';
import type { Clock } from '../clock.ts';
import type { FunctionInvoker, ResourceKeeper, RuntimeLog } from '../contracts.ts';
import { type Collections, memoryCollections } from '../data/collections.ts';
import { createDynamoDbCall } from '../engine/dynamodb-call.ts';
import type { FunctionDefinition } from '../lambda/definition.ts';
import type { DestinationServices } from '../lambda/destinations.ts';
import { createMappingsApi } from './api.ts';
import {
  type EventSourceMapping,
  isQueueMapping,
  type QueueMapping,
  type StreamMapping,
} from './event-source-mapping.ts';
import { assertReadable, findQueue, findStream } from './event-sources.ts';
import { MappingRegistry, type Polling } from './mapping-registry.ts';
import { openPositions } from './positions.ts';
import { QueueConsumer, type SqsCall } from './queue-consumer.ts';
import { type AlterDelivery, StreamConsumer } from './stream-consumer.ts';
import type { StampRecords } from './stream-record.ts';
import { createStreamsClient } from './streams-call.ts';
import { unlessAborted } from './unless-aborted.ts';

export interface EventSourceMappingsOptions extends DestinationServices {
  /** Where the tables are. */
  readonly engineUrl: string;
  readonly region: string;
  readonly accountId: string;
  /** Without it, records are as the engine has them. */
  readonly stamp?: StampRecords;
  readonly functions: Pick<FunctionInvoker, 'invoke'> & {
    /** Throws `ResourceNotFoundException`. */
    find(reference: string): Pick<FunctionDefinition, 'arn' | 'timeoutMs'>;
  };
  /** Calls SQS. */
  readonly callSqs: SqsCall;
  /** Keeps mappings that calls make, and positions; in memory by default. */
  readonly collections?: Collections;
  /** None by default. */
  readonly alter?: AlterDelivery;
  readonly clock: Clock;
  readonly log: RuntimeLog;
}

export interface EventSourceMappings {
  /**
   * The mappings of stacks. Their sources and functions have to be there already. Once `put` resolves, nothing that is
   * written is missed; it rejects with `EngineError` or `AwsError` for a source that can't be read.
   */
  readonly keeper: ResourceKeeper<EventSourceMapping>;
  /** What of the Lambda API is about event source mappings; every other call goes to `next`. */
  handleBefore(next: AwsService): AwsService;
  /** Goes on with the mappings that calls have made while an earlier runtime ran. */
  resume(): Promise<void>;
  /** Ends the polling. Invocations that run are not waited for, and count as not delivered. */
  close(): Promise<void>;
}

/**
 * Polls tables' streams and queues, and invokes the functions that mappings name, as Lambda's pollers do. It goes on
 * where an earlier runtime has stopped, with what was not done with then.
 */
export function createEventSourceMappings(options: EventSourceMappingsOptions): EventSourceMappings {
  const { engineUrl, region, callSqs, functions, collections = memoryCollections } = options;
  const positions = openPositions(collections);
  const closing = new AbortController();
  const client = createStreamsClient(engineUrl, region);
  const callDynamoDb = createDynamoDbCall(engineUrl, region);

  async function pollStream(
    mapping: StreamMapping,
    onProcessed: (succeeded: boolean) => void,
  ): Promise<Polling> {
    const engineStreamArn = await findStream(callDynamoDb, mapping);
    const stopping = new AbortController();
    const consumer = new StreamConsumer({
      ...options,
      mapping,
      call: client.call,
      engineStreamArn,
      positions: positions.of(mapping.uuid, engineStreamArn),
      // An engine has no other time than that of the machine.
      engineNow: Date.now,
      signal: AbortSignal.any([stopping.signal, closing.signal]),
      onProcessed,
    });
    const stop = async () => {
      stopping.abort();
      await consumer.ended();
    };
    try {
      await consumer.start();
    } catch (error) {
      await stop();
      throw error;
    }
    return { stop };
  }

  async function pollQueue(
    mapping: QueueMapping,
    onProcessed: (succeeded: boolean) => void,
  ): Promise<Polling> {
    const { queueUrl } = await findQueue(callSqs, mapping.queueArn);
    const stopping = new AbortController();
    const consumer = new QueueConsumer({
      ...options,
      mapping,
      call: callSqs,
      queueUrl,
      signal: AbortSignal.any([stopping.signal, closing.signal]),
      closing: closing.signal,
      onProcessed,
    });
    const running = consumer.run();
    return {
      async stop() {
        stopping.abort();
        await unlessAborted(running, closing.signal).catch((error: unknown) => {
          if (!closing.signal.aborted) throw error;
        });
      },
    };
  }

  const registry = new MappingRegistry({
    ...options,
    collections,
    forget: positions.forget,
    start: (mapping, onProcessed) =>
      isQueueMapping(mapping) ? pollQueue(mapping, onProcessed) : pollStream(mapping, onProcessed),
  });
  const check = (mapping: EventSourceMapping) =>
    assertReadable(mapping, functions.find(mapping.functionArn).timeoutMs, { callDynamoDb, callSqs });
  return {
    keeper: {
      async put(mapping) {
        await check(mapping);
        await registry.putOfStack(mapping);
      },
      remove: async ({ uuid }) => registry.remove(uuid)?.gone,
    },
    handleBefore: (next) => createMappingsApi({ ...options, registry, check }, next),
    resume: () => registry.resume(),
    async close() {
      closing.abort();
      await registry.close();
      client.close();
    },
  };
}
