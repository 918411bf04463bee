import { subscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { renameSync, writeFileSync } from 'node:fs';
import { Agent, createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** Write and read units by table, and by index as `table/index`. */
export interface CapacityUnits {
  readonly write: Readonly<Record<string, number>>;
  readonly read: Readonly<Record<string, number>>;
}

interface CountingProxy {
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
function addConsumed(units: Record<string, number>, consumed: Consumed | readonly Consumed[]): void {
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

const operationOf = ({ headers }: IncomingMessage): string =>
  /^DynamoDB_\d+\.(\w+)$/.exec(String(headers['x-amz-target']))?.[1] ?? '';

/** Stands between clients and a DynamoDB engine, and asks of each call what it consumed. */
export async function startCountingProxy(engineUrl: string): Promise<CountingProxy> {
  const agent = new Agent({ keepAlive: true });
  let write: Record<string, number> = {};
  let read: Record<string, number> = {};

  function count(operation: string, answer: Buffer): void {
    const { ConsumedCapacity } = JSON.parse(answer.toString('utf8'));
    if (ConsumedCapacity === undefined)
      throw new Error(`The engine does not tell what ${operation} consumes.`);
    addConsumed(WRITES.has(operation) ? write : read, ConsumedCapacity);
  }

  async function passOn(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const operation = operationOf(incoming);
    const isOfTheRuntime = String(incoming.headers.authorization).includes(OF_THE_RUNTIME);
    const isCounted = !isOfTheRuntime && (WRITES.has(operation) || READS.has(operation));
    const received = await buffer(incoming);
    const body = isCounted
      ? Buffer.from(
          JSON.stringify({ ...JSON.parse(received.toString('utf8')), ReturnConsumedCapacity: 'INDEXES' }),
        )
      : received;
    const outgoing = send(new URL(incoming.url ?? '/', engineUrl), {
      agent,
      method: incoming.method,
      headers: { ...incoming.headers, 'content-length': body.length },
    });
    outgoing.end(body);
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
    const answered = await buffer(answer);
    if (isCounted && answer.statusCode === 200) count(operation, answered);
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    response.end(answered);
  }

  const server = createServer((incoming, response) => {
    passOn(incoming, response).catch((error: Error) => response.destroy(error));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    take() {
      const taken = { write, read };
      write = {};
      read = {};
      return taken;
    },
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      agent.destroy();
      await closed;
    },
  };
}

/**
 * `node --import` this before the runtime, and it counts the requests to its endpoint by service and operation; SIGUSR2
 * has them written to the file that BENCH_REQUESTS_FILE names.
 */

const counts: Record<string, number> = {};
const { BENCH_REQUESTS_FILE: file = '' } = process.env;

/** `states:StartExecution`; of services that tell it by path, `iot:DELETE /things/{}`. */
function nameOf({ headers, method, url = '' }: IncomingMessage): string {
  const service = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(headers.authorization ?? '')?.[1] ?? '';
  const target = headers['x-amz-target'];
  if (typeof target === 'string') return `${service}:${target.replace(/^.*\./, '')}`;
  const [path = ''] = url.split('?');
  // Of all that names something, nothing is without a digit here.
  return `${service}:${method} ${path.replaceAll(/[^/]*\d[^/]*/g, '{}')}`;
}

subscribe('http.server.request.start', (message) => {
  const name = nameOf((message as { readonly request: IncomingMessage }).request);
  counts[name] = (counts[name] ?? 0) + 1;
});

process.on('SIGUSR2', () => {
  writeFileSync(`${file}.new`, JSON.stringify(counts));
  renameSync(`${file}.new`, file);
});
