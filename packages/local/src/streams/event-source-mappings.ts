import { AwsError, type AwsRequest, type AwsResponse, type AwsService } from '../aws.ts';
import type { Clock } from '../clock.ts';
import type { FunctionInvoker, QueueSender, ResourceKeeper, RuntimeLog } from '../contracts.ts';
import { type Collections, memoryCollections } from '../data/collections.ts';
import { createDynamoDbCall, type DynamoDbCall, DynamoDbError } from '../engine/dynamodb-call.ts';
import type { FunctionDefinition } from '../lambda/definition.ts';
import { openPositions } from './positions.ts';
import { invalidMapping, type StreamMapping } from './read-mapping.ts';
import { createStreamsClient } from './shard-reader.ts';
import { type AlterDelivery, StreamConsumer } from './stream-consumer.ts';
import type { StampRecords } from './stream-record.ts';

export interface EventSourceMappingsOptions {
  /** Where the tables are. */
  readonly engineUrl: string;
  readonly region: string;
  /** Without it, records are as the engine has them. */
  readonly stamp?: StampRecords;
  readonly functions: Pick<FunctionInvoker, 'invoke'> & {
    /** Throws `ResourceNotFoundException`. */
    find(reference: string): Pick<FunctionDefinition, 'arn'>;
  };
  /** For what is told of records that are given up. */
  readonly queues: QueueSender;
  /** Keeps positions; in memory by default. */
  readonly collections?: Collections;
  /** None by default. */
  readonly alter?: AlterDelivery;
  readonly clock: Clock;
  readonly log: RuntimeLog;
}

export interface EventSourceMappings {
  /**
   * The mappings of stacks. Their tables and functions have to be there already. Once `put` resolves, nothing that is
   * written is missed; it rejects with `EngineError` or `AwsError` for a stream that can't be read.
   */
  readonly keeper: ResourceKeeper<StreamMapping>;
  /** ListEventSourceMappings of the Lambda API; every other call goes to `next`. */
  handleBefore(next: AwsService): AwsService;
  /** Ends the polling. Invocations that run are not waited for, and count as not delivered. */
  close(): Promise<void>;
}

/** Reads the stream of a mapping. */
interface Polling {
  /** Resolves once nothing more is read, and what is under way has ended. */
  stop(): Promise<void>;
}

interface Entry {
  mapping: StreamMapping;
  lastModifiedMs: number;
  /** Absent before the first invocation. */
  lastSucceeded?: boolean;
  polling?: Polling;
}

const PATH = '/2015-03-31/event-source-mappings';

/**
 * Polls tables' streams, and invokes the functions that mappings name, as Lambda's pollers do. It goes on where an
 * earlier runtime has stopped, with what was not done with then.
 */
export function createEventSourceMappings(options: EventSourceMappingsOptions): EventSourceMappings {
  const { clock, engineUrl, region, functions, collections = memoryCollections } = options;
  const positions = openPositions(collections);
  const closing = new AbortController();
  const client = createStreamsClient(engineUrl, region);
  const callDynamoDb = createDynamoDbCall(engineUrl, region);
  const entries = new Map<string, Entry>();
  /** Each mapping is changed by one at a time. */
  const changing = new Map<string, Promise<unknown>>();

  async function poll(entry: Entry, mapping: StreamMapping): Promise<Polling> {
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
      onProcessed(succeeded) {
        entry.lastSucceeded = succeeded;
      },
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

  function oneAfterTheOther(uuid: string, change: () => Promise<void>): Promise<void> {
    const changed = (changing.get(uuid) ?? Promise.resolve()).then(change);
    changing.set(
      uuid,
      changed.catch(() => undefined),
    );
    return changed;
  }

  async function put(mapping: StreamMapping): Promise<void> {
    const { uuid } = mapping;
    const before = entries.get(uuid);
    if (before !== undefined && JSON.stringify(before.mapping) === JSON.stringify(mapping)) return;
    functions.find(mapping.functionArn);
    if (mapping.enabled) await findStream(callDynamoDb, mapping);
    await before?.polling?.stop();
    const entry: Entry = { mapping, lastModifiedMs: clock.now() };
    try {
      if (mapping.enabled) entry.polling = await poll(entry, mapping);
      entries.set(uuid, entry);
    } catch (error) {
      // It is to be made again by whoever puts it.
      entries.delete(uuid);
      throw error;
    }
  }

  async function remove(uuid: string): Promise<void> {
    await entries.get(uuid)?.polling?.stop();
    entries.delete(uuid);
    positions.forget(uuid);
  }

  return {
    keeper: {
      put: (mapping) => oneAfterTheOther(mapping.uuid, () => put(mapping)),
      remove: ({ uuid }) => oneAfterTheOther(uuid, () => remove(uuid)),
    },
    handleBefore: (next) => async (request) =>
      isList(request) ? json(list([...entries.values()], request.query)) : next(request),
    async close() {
      closing.abort();
      await Promise.all([...entries.values()].map(({ polling }) => polling?.stop()));
      client.close();
    },
  };
}

/** The engine's own ARN of a table's stream. Throws as Lambda does for one that is not there, and what calls throw. */
async function findStream(
  call: DynamoDbCall,
  { streamArn, tableName }: Pick<StreamMapping, 'streamArn' | 'tableName'>,
): Promise<string> {
  const { Table: table } = await call('DescribeTable', { TableName: tableName }).catch((error: unknown) => {
    if (!(error instanceof DynamoDbError) || error.name !== 'ResourceNotFoundException') throw error;
    throw invalidMapping(`Stream not found: ${streamArn}`);
  });
  const arn: unknown = Object(table)['LatestStreamArn'];
  if (typeof arn === 'string') return arn;
  throw invalidMapping(
    `Stream not found: ${streamArn}. The table ${tableName} was made without a stream, and an event source mapping reads it: start with another data directory, or enable the table's stream.`,
  );
}

function isList({ method, path }: AwsRequest): boolean {
  if (path.replace(/\/$/, '') === PATH && method === 'GET') return true;
  if (!path.startsWith(PATH)) return false;
  throw new AwsError(
    'UnknownOperationException',
    `Of event source mappings, the laptop runtime has ListEventSourceMappings alone, and not ${method} ${path}: stacks make, change and remove them.`,
    404,
  );
}

function json(body: object): AwsResponse {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

/** All, or those of one function. */
function list(all: readonly Entry[], query: URLSearchParams): object {
  const other = [...query.keys()].find((name) => name !== 'FunctionName');
  if (other !== undefined) {
    throw invalidMapping(
      `The laptop runtime lists all mappings, or those of a FunctionName: leave ${other} out.`,
    );
  }
  const name = query.get('FunctionName');
  const asked = all.filter(
    ({ mapping: { functionArn } }) =>
      name === null || functionArn === name || functionArn.endsWith(`:${name}`),
  );
  return { EventSourceMappings: asked.map(describeMapping) };
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_ListEventSourceMappings.html */
function describeMapping({ mapping, lastModifiedMs, lastSucceeded }: Entry): object {
  const { filters, onFailure } = mapping;
  return {
    UUID: mapping.uuid,
    EventSourceMappingArn: mapping.arn,
    EventSourceArn: mapping.streamArn,
    FunctionArn: mapping.functionArn,
    State: mapping.enabled ? 'Enabled' : 'Disabled',
    StateTransitionReason: 'User action',
    LastModified: lastModifiedMs / 1000,
    LastProcessingResult: lastResult(lastSucceeded),
    StartingPosition: mapping.startingPosition,
    BatchSize: mapping.batchSize,
    MaximumBatchingWindowInSeconds: mapping.maximumBatchingWindowInSeconds,
    ParallelizationFactor: mapping.parallelizationFactor,
    TumblingWindowInSeconds: 0,
    BisectBatchOnFunctionError: mapping.bisectBatchOnFunctionError,
    MaximumRetryAttempts: mapping.maximumRetryAttempts,
    MaximumRecordAgeInSeconds: mapping.maximumRecordAgeInSeconds,
    FunctionResponseTypes: mapping.reportBatchItemFailures ? ['ReportBatchItemFailures'] : [],
    DestinationConfig: { OnFailure: onFailure === undefined ? {} : { Destination: onFailure } },
    ...(filters.length > 0 && { FilterCriteria: { Filters: filters.map((Pattern) => ({ Pattern })) } }),
  };
}

function lastResult(lastSucceeded: boolean | undefined): string {
  if (lastSucceeded === undefined) return 'No records processed';
  return lastSucceeded ? 'OK' : 'PROBLEM: Function call failed';
}
