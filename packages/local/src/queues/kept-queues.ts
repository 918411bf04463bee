import { fauxqsPart } from '../fauxqs-parts.ts';
import type { SqsStore } from './emulator-parts.ts';

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
export interface KeptQueues {
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
export async function openKeptQueues(directory: string): Promise<KeptQueues> {
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
