import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import type { InvocationResult } from '@device-lifecycle/local/contracts.ts';
import { compilePattern } from '@device-lifecycle/local/event-pattern/compile-pattern.ts';
import type { StreamMapping } from '@device-lifecycle/local/streams/read-mapping.ts';
import type { TableName } from '@device-lifecycle/test-kit/store-fixture.ts';
import { Throttled } from '../../../shared/errors.ts';
import { aContext } from '../../support/lambda.ts';
import type { StreamRecord } from '../../support/table-changes.ts';
import type { Cloud, Snapshot } from './cloud.ts';
import { type Items, type Records, TABLE_NAMES } from './kept-tables.ts';
import { type Ended, type Fate, run } from './processes.ts';

/** Lambda's: two more tries, a minute and two minutes later. */
const ASYNCHRONOUS_RETRIES_MS = [60_000, 120_000];
/** Every other minute is enough, and as it may be. */
const RECONCILED_EVERY_MS = 120_000;
const MAX_ROUNDS = 60;
/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html */
const TTL = { type: 'Service', principalId: 'dynamodb.amazonaws.com' };

/** An event that Lambda has taken on. */
interface Accepted {
  readonly functionName: string;
  readonly event: unknown;
}

/** A reader of a stream, and what it has not been given yet, or not handled. */
interface Reader {
  readonly table: TableName;
  readonly functionName: string;
  readonly mapping: StreamMapping;
  readonly matches: (record: unknown) => boolean;
  queue: StreamRecord[];
  attempts: number;
}

const folderOf = (functionArn: string): string => functionArn.replace(/^.*:device-lifecycle-dev-/, '');

/** What AWS does by itself: tries again, brings streams' records and starts what is on a schedule. */
export class Platform {
  readonly cloud: Cloud;
  /** Of what is invoked from now on. */
  fate: Fate;
  /** What was given up. */
  readonly deadLetters: string[] = [];
  /** How often state machines have invoked functions. */
  tasks = 0;
  /** The functions that were invoked. */
  readonly invoked = new Set<string>();
  readonly #accepted: Accepted[] = [];
  /** How often functions can be invoked yet, before they fail. */
  readonly #invocationsLeft = new Map<string, number>();
  readonly #readers: readonly Reader[];
  /** Functions that are not started by their streams: whoever is late, or whose records are gone. */
  readonly #idle: ReadonlySet<string>;

  constructor(cloud: Cloud, fate: Fate, { backlog }: Snapshot, idle: readonly string[] = []) {
    this.cloud = cloud;
    this.fate = fate;
    this.#idle = new Set(idle);
    this.#readers = cloud.template.stack.eventSourceMappings.map((mapping) => {
      const patterns = mapping.filters.map((filter) => compilePattern(filter));
      return {
        table: mapping.tableName.endsWith('invalid-devices') ? 'invalidDevices' : 'devices',
        functionName: folderOf(mapping.functionArn),
        mapping,
        matches: (record) => patterns.some((matches) => matches(record)),
        queue: [],
        attempts: 0,
      };
    });
    this.#bring(backlog);
  }

  /** One invocation, in an environment of its own. */
  invoke(functionName: string, event: unknown): Promise<Ended<object>> {
    this.invoked.add(functionName);
    const handler = this.cloud.handlers.get(functionName);
    if (handler === undefined) throw new Error(`There is no function ${functionName}.`);
    const copy: unknown = structuredClone(event);
    return this.cloud.clock.during(() => run(functionName, this.fate, () => handler(copy, aContext(60_000))));
  }

  /** As a rule does, or an operator: it is on its way. */
  invokeAsync(functionName: string, event: unknown): void {
    this.#accepted.push({ functionName, event });
  }

  async #invokeAccepted({ functionName, event }: Accepted): Promise<void> {
    for (const retryMs of [...ASYNCHRONOUS_RETRIES_MS, undefined]) {
      const { how } = await this.invoke(functionName, event);
      if (how === 'answered') return;
      if (retryMs !== undefined) this.cloud.clock.advance(retryMs);
    }
    this.deadLetters.push(functionName);
  }

  /** From so many invocations on, state machines find a function throttled, until it is mended. */
  breakAfter(functionName: string, invocations: number): void {
    this.#invocationsLeft.set(functionName, invocations);
  }
  mend(): void {
    this.#invocationsLeft.clear();
  }

  #isBroken(functionName: string): boolean {
    const left = this.#invocationsLeft.get(functionName) ?? Number.POSITIVE_INFINITY;
    this.#invocationsLeft.set(functionName, left - 1);
    return left <= 0;
  }

  /** As a state machine does. */
  async invokeTask(functionArn: string, payload: string): Promise<InvocationResult> {
    const functionName = folderOf(functionArn);
    // A runtime that is killed invokes nothing more, though what is left of it here may try to.
    if (!this.fate.isOver) this.tasks += 1;
    const ended: Ended<object> = this.#isBroken(functionName)
      ? { how: 'failed', error: new Throttled('DynamoDB throttled the request for too long.') }
      : await this.invoke(functionName, JSON.parse(payload));
    const answer = { requestId: 'request-1', logTail: '' };
    if (ended.how === 'answered') return { ...answer, payload: JSON.stringify(ended.answer) };
    const failure =
      ended.how === 'killed'
        ? { errorType: 'Runtime.ExitError', errorMessage: 'RequestId: request-1 Error: signal: killed' }
        : { errorType: ended.error.name, errorMessage: ended.error.message };
    return { ...answer, functionError: 'Unhandled', payload: JSON.stringify(failure) };
  }

  /** Does all that there is left to do. @throws Error when it never ends */
  async settle(): Promise<void> {
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      for (const accepted of this.#accepted.splice(0)) await this.#invokeAccepted(accepted);
      this.#bring(await this.cloud.tables.pull());
      const reader = this.#readers.find(({ queue }) => queue.length > 0);
      if (reader !== undefined) await this.#deliver(reader);
      else if (isAnythingPending(await this.cloud.tables.read())) await this.#reconcile();
      else return;
    }
    throw new Error(`It does not come to rest in ${MAX_ROUNDS} rounds.`);
  }

  #bring(records: Records): void {
    for (const reader of this.#readers) {
      if (this.#idle.has(reader.functionName)) continue;
      reader.queue.push(...records[reader.table].map(this.#stamp).filter(reader.matches));
    }
  }

  /** DynamoDB removes a record whose time is over. */
  async expire(deviceId: string): Promise<void> {
    const { at, tables } = this.cloud;
    this.#bring(await tables.pull());
    const Key = { id: { S: deviceId } };
    await at.client.send(new DeleteItemCommand({ TableName: at.tables.invalidDevices, Key }));
    const { devices, invalidDevices } = await tables.pull();
    this.#bring({
      devices,
      invalidDevices: invalidDevices.map((record) => ({ ...record, userIdentity: TTL })),
    });
  }

  /** By the clock of the world. */
  readonly #stamp = (record: StreamRecord): StreamRecord => {
    const ApproximateCreationDateTime = this.cloud.clock.now() / 1000;
    return { ...record, dynamodb: Object.assign({}, record.dynamodb, { ApproximateCreationDateTime }) };
  };

  async #deliver(reader: Reader): Promise<void> {
    const { functionName, mapping } = reader;
    // Whoever moved it has said farewell by now.
    this.cloud.clock.advance(1_000);
    const Records = reader.queue.slice(0, mapping.batchSize);
    const ended = await this.invoke(functionName, { Records });
    const handled = ended.how === 'answered' ? handledOf(Records, ended.answer) : 0;
    reader.queue.splice(0, handled);
    reader.attempts = handled > 0 ? 0 : reader.attempts + 1;
    if (reader.attempts <= mapping.maximumRetryAttempts) return;
    this.deadLetters.push(functionName);
    reader.queue.shift();
  }

  async #reconcile(): Promise<void> {
    this.cloud.clock.advance(RECONCILED_EVERY_MS);
    await this.invoke('reconcile-credentials', {});
  }
}

/** How many records of a batch are done with. */
function handledOf(records: readonly StreamRecord[], answer: object): number {
  const { batchItemFailures = [] } = answer as {
    readonly batchItemFailures?: readonly { readonly itemIdentifier: string }[];
  };
  const [failed] = batchItemFailures;
  if (failed === undefined) return records.length;
  return records.findIndex(({ dynamodb }) => dynamodb.SequenceNumber === failed.itemIdentifier);
}

/** Whether the next run of the schedule would find anything; one that finds nothing asks and ends. */
const isAnythingPending = (items: Items): boolean =>
  TABLE_NAMES.some((table) => items[table].values().some((item) => 'pendingSince' in item));
