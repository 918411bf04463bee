import { inspect } from 'node:util';
import { type DynamoDBClient, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from '@jest/globals';
import {
  type CancelledTry,
  transactWrite,
  unexplained,
} from '../../../shared/adapters/device-store/transact.ts';

const clock = () => 1_000_000;

/** A client whose calls all fail. */
const failing = (error: Error) => ({ send: () => Promise.reject(error) }) as unknown as DynamoDBClient;

describe('a transaction that is cancelled', () => {
  it('gives no record away with its error, since errors are logged', async () => {
    const cancelled = new TransactionCanceledException({
      message: 'Transaction cancelled',
      $metadata: {},
      CancellationReasons: [
        { Code: 'TransactionConflict' },
        { Code: 'ConditionalCheckFailed', Item: { name: { S: 'a secret' } } },
      ],
    });
    const transaction = transactWrite(failing(cancelled), () => [], { clock, deadlineEpochMs: clock() });
    const error: unknown = await transaction.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'TransactionConflict' });
    expect(inspect(error, { depth: 10 })).not.toContain('a secret');
  });

  it('without a cause is an IntegrityViolation, but where a ttl passes at this moment, a conflict', () => {
    const failed = new Map();
    expect(unexplained('odd', failed, { clock }).name).toBe('IntegrityViolation');
    expect(unexplained('odd', failed, { clock, ttl: 1_061 }).name).toBe('IntegrityViolation');
    for (const ttl of [941, 1_000, 1_059]) {
      expect(unexplained('odd', failed, { clock, ttl }).name).toBe('TransactionConflict');
    }
  });
});

describe('a transaction that is tried again', () => {
  it('tells of each try that was cancelled, and not of the one that succeeds', async () => {
    const item = { Put: { TableName: 'devices', Item: { id: { S: 'sensor-1' } } } };
    const answers = [
      new TransactionCanceledException({
        message: 'Transaction cancelled',
        $metadata: {},
        CancellationReasons: [{ Code: 'TransactionConflict' }],
      }),
      undefined,
    ];
    const client = {
      send: async () => {
        const error = answers.shift();
        if (error !== undefined) throw error;
      },
    } as unknown as DynamoDBClient;
    const tries: CancelledTry[] = [];
    const timing = { clock, deadlineEpochMs: clock() + 1_000 };
    const result = await transactWrite(
      client,
      () => [item],
      timing,
      (cancelled) => tries.push(cancelled),
    );
    expect(result).toEqual({ outcome: 'committed' });
    expect(tries).toEqual([{ reasons: [{ Code: 'TransactionConflict' }], items: [item], attempt: 1 }]);
  });
});

describe('a call that hangs', () => {
  it('is ended at the deadline, as a fault that another try may mend', async () => {
    const hanging = {
      send: (_: unknown, { abortSignal }: { abortSignal: AbortSignal }) =>
        new Promise((_resolve, reject) => {
          abortSignal.onabort = () => {
            reject(Object.assign(new Error('Request aborted'), { name: 'AbortError' }));
          };
        }),
    } as unknown as DynamoDBClient;
    const transaction = transactWrite(hanging, () => [], { clock, deadlineEpochMs: clock() + 20 });
    await expect(transaction).rejects.toMatchObject({ name: 'ServiceUnavailable', retryable: true });
  });
});
