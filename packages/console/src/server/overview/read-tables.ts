import {
  type AttributeValue,
  type DynamoDBClient,
  paginateScan,
  type ScanCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { Clock } from '@device-lifecycle/operator/clock.ts';
import type { Stack } from '@device-lifecycle/operator/stack.ts';
import { isLocal } from '../tools.ts';

/**
 * Read units a second and table. A partition of a table has 3,000: devices get on while they are counted. It reads 4 MB a
 * second, since what is eventually consistent costs half.
 */
const UNITS_PER_SECOND = 500;

type Item = Readonly<Record<string, AttributeValue>>;

interface ReadOptions {
  readonly client: DynamoDBClient;
  readonly stack: Stack;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  takeDevice(item: Item): void;
  takeInvalidDevice(item: Item): void;
  /** Hears how many items have been read so far, of both tables. */
  onProgress(items: number): void;
}

/** Reads both tables to their end, gently, as they come. Errors are those of the SDK. */
export async function readTables(options: ReadOptions): Promise<void> {
  const { stack, takeDevice, takeInvalidDevice, onProgress } = options;
  const { devices, invalidDevices } = stack.tables;
  let items = 0;
  const count = (take: (item: Item) => void) => (page: readonly Item[]) => {
    for (const item of page) take(item);
    items += page.length;
    onProgress(items);
  };
  const failed = new AbortController();
  const read = (input: ScanCommandInput, take: (item: Item) => void) =>
    readTable(input, count(take), { ...options, signal: AbortSignal.any([options.signal, failed.signal]) });
  const names = { '#ttl': 'ttl', '#count': 'count' };
  try {
    await Promise.all([
      read({ TableName: devices, ProjectionExpression: 'id' }, takeDevice),
      read(
        {
          TableName: invalidDevices,
          ProjectionExpression: 'id, #ttl, ghost.#count',
          ExpressionAttributeNames: names,
        },
        takeInvalidDevice,
      ),
    ]);
  } finally {
    failed.abort();
  }
}

async function readTable(
  input: ScanCommandInput,
  take: (items: readonly Item[]) => void,
  { client, stack, clock, signal }: Pick<ReadOptions, 'client' | 'stack' | 'clock' | 'signal'>,
): Promise<void> {
  const scan: ScanCommandInput = { ...input, ReturnConsumedCapacity: 'TOTAL' };
  let startMs = clock.now();
  for await (const { Items = [], ConsumedCapacity } of paginateScan({ client }, scan, {
    abortSignal: signal,
  })) {
    take(Items);
    const tookMs = clock.now() - startMs;
    const units = ConsumedCapacity?.CapacityUnits ?? 0;
    // The laptop has no units to spare or to spend, but work to do besides.
    await clock.sleep(isLocal(stack) ? tookMs : (units / UNITS_PER_SECOND) * 1_000 - tookMs, signal);
    signal.throwIfAborted();
    startMs = clock.now();
  }
}
