import { type AttributeValue, GetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DeviceList, DevicePage, DeviceRow } from '../../contract/devices.ts';
import { stackTime } from '../stack-time.ts';
import type { ConsoleTools } from '../tools.ts';
import { type ListCursor, writeCursor } from './list-cursor.ts';
import { rowOf } from './list-row.ts';
import { type ListFilter, type ListSource, PROJECTION, SOURCES, scanOf } from './list-sources.ts';

/** A page has so many rows or a few more, unless there are no more. */
const ENOUGH_ROWS = 100;
/** Looked at by one call; of an index, each that is found has to be read by a call of its own. */
const ITEMS_A_CALL = { table: 250, index: 50 } as const;
/** Within the time that a person waits; where nothing is found meanwhile, the page asks for more. */
const MAX_CALLS = 10;

export interface ListQuery extends ListFilter {
  readonly list: DeviceList;
  readonly cursor?: ListCursor | undefined;
}

type Tools = Pick<ConsoleTools, 'clients' | 'stack' | 'clock'>;
type Item = Record<string, AttributeValue>;

/** The devices of a list after a cursor, as many as are found with a few calls. Errors are those of the SDK. */
export async function listPage(tools: Tools, query: ListQuery): Promise<DevicePage> {
  const nowMs = await stackTime(tools.stack, tools.clock);
  const rows: DeviceRow[] = [];
  let looked = 0;
  let position: ListCursor | undefined = query.cursor ?? { source: 0 };
  for (let calls = 0; calls < MAX_CALLS && rows.length < ENOUGH_ROWS; calls += 1) {
    const found = await lookOn(tools, query, position, nowMs);
    rows.push(...found.rows);
    looked += found.looked;
    position = found.next;
    if (position === undefined) break;
  }
  return { rows, looked, nowMs, ...(position !== undefined && { cursor: writeCursor(position) }) };
}

interface Found {
  readonly rows: readonly DeviceRow[];
  readonly looked: number;
  readonly next: ListCursor | undefined;
}

async function lookOn(
  tools: Tools,
  { list, ...filter }: ListQuery,
  { source: number, after }: ListCursor,
  nowMs: number,
): Promise<Found> {
  const source = SOURCES[list][number];
  // A cursor of another list.
  if (source === undefined) return { rows: [], looked: 0, next: undefined };
  const {
    Items = [],
    ScannedCount = 0,
    LastEvaluatedKey,
  } = await tools.clients.dynamoDb.send(
    new ScanCommand({
      ...scanOf(source, filter, nowMs / 1_000),
      TableName: tools.stack.tables[source.table],
      Limit: source.index === undefined ? ITEMS_A_CALL.table : ITEMS_A_CALL.index,
      ...(after !== undefined && { ExclusiveStartKey: after }),
    }),
  );
  const items = source.index === undefined ? Items : await pendingOf(tools, source, Items);
  const rows = items.map((item) => rowOf(unmarshall(item), source.table === 'devices', nowMs));
  return {
    rows: source.index === undefined ? rows : rows.filter((row) => passes(row, filter)),
    looked: ScannedCount,
    next: nextOf(list, number, LastEvaluatedKey),
  };
}

function nextOf(list: DeviceList, source: number, after: Item | undefined): ListCursor | undefined {
  if (after !== undefined) return { source, after };
  return source + 1 < SOURCES[list].length ? { source: source + 1 } : undefined;
}

/** The records behind the keys of an index, but for those whose work has been done since. */
async function pendingOf(
  { clients, stack }: Tools,
  { table }: ListSource,
  keys: readonly Item[],
): Promise<readonly Item[]> {
  const reads = keys.map(async ({ id }) => {
    const Key = { id: id ?? { S: '' } };
    const input = { TableName: stack.tables[table], Key, ...PROJECTION };
    const { Item } = await clients.dynamoDb.send(new GetItemCommand(input));
    return Item;
  });
  const items = await Promise.all(reads);
  return items.filter((item) => item?.['pendingSince'] !== undefined) as readonly Item[];
}

/** As DynamoDB's filter of other lists has it. */
function passes({ deviceId, serialNumber, macAddress, name, type }: DeviceRow, filter: ListFilter): boolean {
  const texts = [deviceId, serialNumber, macAddress, name];
  const { text } = filter;
  return (
    (filter.type === undefined || type === filter.type) &&
    (text === undefined || texts.some((part) => part?.includes(text) === true))
  );
}
