import type { IncomingHttpHeaders } from 'node:http';
import { AwsError, type AwsResponse } from '../aws.ts';
import { fauxqsPart } from '../fauxqs.ts';
import { SQS_OPERATIONS, takeEveryCharacter } from './sqs-members.ts';

/** What of fauxqs keeps queues in a file. It is not part of its interface, which would listen on every address. */
interface PersistenceManager {
  readonly db: { exec(sql: string): void; prepare(sql: string): { run(...values: unknown[]): unknown } };
  updateMessageReady(messageId: string): void;
  loadSqsAndSns(sqsStore: object, snsStore: object): void;
  close(): void;
}

interface KeptSqsStore extends SqsStore {
  /** What its queues are written to. */
  persistence?: PersistenceManager;
  allQueues(): Iterable<{ persistence?: PersistenceManager }>;
}

/** Queues that fauxqs keeps on disk. */
interface KeptQueues {
  /** For fauxqs. */
  readonly sqsStore: SqsStore;
  /** After the last call. */
  close(): void;
}

/**
 * Reads the queues of a directory, and keeps them there. They are mended in two points: fauxqs waits for the disk with
 * each message sent, received and deleted; and it cannot make a message visible again, as it clears the count of its
 * receives, which its own table does not allow. Throws when fauxqs no longer has its parts where it had them.
 */
async function openKeptQueues(directory: string): Promise<KeptQueues> {
  const Manager = await fauxqsPart<new (directory: string) => PersistenceManager>(
    'persistence.js',
    'PersistenceManager',
  );
  const Sqs = await fauxqsPart<new () => KeptSqsStore>('sqs/sqsStore.js', 'SqsStore');
  const Sns = await fauxqsPart<new () => object>('sns/snsStore.js', 'SnsStore');
  const manager = new Manager(directory);
  // As the runtime's own file: safe when the process is killed.
  manager.db.exec('PRAGMA synchronous = NORMAL');
  const makeVisible = manager.db.prepare(
    'UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?',
  );
  manager.updateMessageReady = (messageId) => void makeVisible.run(messageId);

  const sqsStore = new Sqs();
  // What is loaded is not to be written again.
  manager.loadSqsAndSns(sqsStore, new Sns());
  sqsStore.persistence = manager;
  for (const queue of sqsStore.allQueues()) queue.persistence = manager;
  return { sqsStore, close: () => manager.close() };
}

/** The queues of fauxqs. */
interface SqsStore {
  /** The Region of queues that are made by calls that say none. */
  region?: string;
  /** Ends long polls. */
  shutdown(): void;
}

/** What of a call the actions of fauxqs look at, besides its members. */
interface EmulatedRequest {
  readonly headers: IncomingHttpHeaders;
}

interface SqsError extends Error {
  readonly code: string;
  readonly statusCode: number;
  readonly queryErrorHeader: string;
  toJSON(): object;
}

/** Throws {@link SqsError}. */
type Action = (members: unknown, store: SqsStore, request: EmulatedRequest) => object | Promise<object>;

/** The parts of fauxqs that it does not export: with what it does comes a web server, which nobody needs for queues. */
export interface EmulatorParts {
  readonly SqsStore: new () => SqsStore;
  readonly SqsError: new (...args: never[]) => SqsError;
  readonly actions: ReadonlyMap<string, Action>;
  getCallerIdentity(): string;
}

/** Throws when this version of fauxqs no longer has them. */
export async function loadEmulatorParts(): Promise<EmulatorParts> {
  const [SqsStore, SqsError, getCallerIdentity, ...actions] = await Promise.all([
    fauxqsPart<EmulatorParts['SqsStore']>('sqs/sqsStore.js', 'SqsStore'),
    fauxqsPart<EmulatorParts['SqsError']>('common/errors.js', 'SqsError'),
    fauxqsPart<EmulatorParts['getCallerIdentity']>('sts/getCallerIdentity.js', 'getCallerIdentity'),
    ...SQS_OPERATIONS.map(loadAction),
  ]);
  return { SqsStore, SqsError, getCallerIdentity, actions: new Map(actions) };
}

async function loadAction(operation: string): Promise<readonly [string, Action]> {
  const name = operation.charAt(0).toLowerCase() + operation.slice(1);
  return [operation, await fauxqsPart<Action>(`sqs/actions/${name}.js`, name)];
}

type Members = Readonly<Record<string, unknown>>;

/** The SQS of fauxqs in this process. What it has of HTTP, which is most of it, is not loaded. */
export interface Emulator {
  /** What SQS answers a client of its JSON protocol; the headers are those of the call. */
  answer(action: string, members: Members, headers: IncomingHttpHeaders): Promise<AwsResponse>;
  /** Calls an action of SQS. Throws what SQS answers with, as an {@link AwsError}. */
  callSqs(action: string, members: Members): Promise<Record<string, unknown>>;
  /** STS's answer, XML. */
  callerIdentity(): string;
  close(): Promise<void>;
}

interface EmulatorOptions {
  readonly region: string;
  /** Where queues are kept; in memory when absent. */
  readonly queuesDirectory?: string;
}

const CONTENT_TYPE = { 'content-type': 'application/x-amz-json-1.0' };

export async function startEmulator({ region, queuesDirectory }: EmulatorOptions): Promise<Emulator> {
  await takeEveryCharacter();
  const { SqsStore, SqsError, actions, getCallerIdentity } = await loadEmulatorParts();
  const kept = queuesDirectory === undefined ? undefined : await openKeptQueues(queuesDirectory);
  const store = kept?.sqsStore ?? new SqsStore();
  store.region = region;

  async function call(action: string, members: Members, request: EmulatedRequest): Promise<object> {
    const act = actions.get(action);
    if (act === undefined) throw new AwsError('InvalidAction', `SQS has no action ${action} here.`);
    // As it would have come: nothing of the caller's is in the store.
    return act(JSON.parse(JSON.stringify(members)), store, request);
  }

  return {
    async answer(action, members, headers) {
      try {
        return {
          status: 200,
          headers: CONTENT_TYPE,
          body: JSON.stringify(await call(action, members, { headers })),
        };
      } catch (error) {
        if (!(error instanceof SqsError)) throw error;
        return {
          status: error.statusCode,
          headers: { ...CONTENT_TYPE, 'x-amzn-query-error': error.queryErrorHeader },
          body: JSON.stringify(error.toJSON()),
        };
      }
    },

    async callSqs(action, members) {
      try {
        return JSON.parse(JSON.stringify(await call(action, members, { headers: {} })));
      } catch (error) {
        if (!(error instanceof SqsError)) throw error;
        throw new AwsError(error.code, error.message, error.statusCode);
      }
    },

    callerIdentity: getCallerIdentity,

    async close() {
      store.shutdown();
      kept?.close();
    },
  };
}
