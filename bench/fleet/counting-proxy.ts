import { startEngineProxy } from './engine-proxy.ts';

/** Write and read units by table, and by index as `table/index`. */
export interface CapacityUnits {
  readonly write: Readonly<Record<string, number>>;
  readonly read: Readonly<Record<string, number>>;
}

export interface CountingProxy {
  readonly url: string;
  /** What was counted since the last time; of calls that the runtime itself makes, nothing. */
  take(): CapacityUnits;
  stop(): Promise<void>;
}

interface Consumed {
  readonly TableName: string;
  readonly Table?: { readonly CapacityUnits: number };
  readonly GlobalSecondaryIndexes?: Readonly<Record<string, { readonly CapacityUnits: number }>>;
}

const WRITES = new Set(['BatchWriteItem', 'DeleteItem', 'PutItem', 'TransactWriteItems', 'UpdateItem']);
const READS = new Set(['BatchGetItem', 'GetItem', 'Query', 'Scan', 'TransactGetItems']);
/** The runtime's pollers and its sweeper, which AWS does not charge for: see local/engine/dynamodb-call.ts. */
const OF_THE_RUNTIME = 'Credential=local/20000101/';

/** Adds what a call consumed, as DynamoDB itself says it with `ReturnConsumedCapacity: INDEXES`. */
export function addConsumed(units: Record<string, number>, consumed: Consumed | readonly Consumed[]): void {
  const add = (name: string, count = 0) => {
    if (count > 0) units[name] = (units[name] ?? 0) + count;
  };
  for (const { TableName, Table, GlobalSecondaryIndexes = {} } of [consumed].flat() as Consumed[]) {
    add(TableName, Table?.CapacityUnits);
    for (const [name, { CapacityUnits }] of Object.entries(GlobalSecondaryIndexes)) {
      add(`${TableName}/${name}`, CapacityUnits);
    }
  }
}

/** Stands between clients and a DynamoDB engine, and asks of each call what it consumed. */
export async function startCountingProxy(engineUrl: string): Promise<CountingProxy> {
  let write: Record<string, number> = {};
  let read: Record<string, number> = {};
  const proxy = await startEngineProxy(engineUrl, {
    changes: ({ operation, authorization }) =>
      !authorization.includes(OF_THE_RUNTIME) && (WRITES.has(operation) || READS.has(operation)),
    change: (_, input) => ({ ...input, ReturnConsumedCapacity: 'INDEXES' }),
    answered(operation, { ConsumedCapacity }) {
      if (ConsumedCapacity === undefined)
        throw new Error(`The engine does not tell what ${operation} consumes.`);
      addConsumed(WRITES.has(operation) ? write : read, ConsumedCapacity as Consumed | readonly Consumed[]);
    },
  });
  return {
    ...proxy,
    take() {
      const taken = { write, read };
      write = {};
      read = {};
      return taken;
    },
  };
}
