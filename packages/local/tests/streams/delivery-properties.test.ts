import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Consumption, consume, queueArn, Refusal } from './consume.ts';
import { FakeStream } from './fake-stream.ts';

const KEYS = 3;
const RECORDS = 24;

/** What the handler does with one invocation, drawn anew for each. */
const outcome = fc.oneof(
  { weight: 4, arbitrary: fc.constant('success' as const) },
  { weight: 2, arbitrary: fc.constant('error' as const) },
  { weight: 1, arbitrary: fc.constant('refusal' as const) },
  { weight: 2, arbitrary: fc.nat(RECORDS) },
);

const plan = fc.record({
  /** The key of each record. */
  keys: fc.array(fc.nat(KEYS - 1), { minLength: 1, maxLength: RECORDS }),
  outcomes: fc.array(outcome, { maxLength: 40 }),
  /** Records that no invocation ever survives. */
  poison: fc.array(fc.nat(RECORDS), { maxLength: 2 }),
  mapping: fc.record({
    batchSize: fc.integer({ min: 1, max: RECORDS }),
    bisectBatchOnFunctionError: fc.boolean(),
    reportBatchItemFailures: fc.boolean(),
    maximumRetryAttempts: fc.nat(3),
  }),
});

type Plan = typeof plan extends fc.Arbitrary<infer T> ? T : never;

/** Runs a plan until every record is done with: processed, or told to the destination. */
async function play({ keys, outcomes, poison, mapping }: Plan) {
  const stream = new FakeStream();
  stream.addShard('shard-1');
  const ids = keys.map((key, index) => `${key}/${index}`);
  const numbers = ids.map((id) => Number(stream.put(id)));
  const isPoison = (id: string) => poison.includes(ids.indexOf(id));
  const processed: string[] = [];
  const remaining = [...outcomes];
  const consumption: Consumption = await consume({
    stream,
    mapping: { ...mapping, onFailure: queueArn },
    handler(batch, event) {
      const next = remaining.shift() ?? 'success';
      if (next === 'refusal') throw new Refusal('Rate Exceeded.');
      if (next === 'error' || batch.some(isPoison)) throw new Error('no');
      const failed =
        next === 'success' || !mapping.reportBatchItemFailures ? batch.length : next % batch.length;
      processed.push(...batch.slice(0, failed));
      const itemIdentifier = event.Records[failed]?.dynamodb?.SequenceNumber;
      return itemIdentifier === undefined ? null : { batchItemFailures: [{ itemIdentifier }] };
    },
  });
  const discarded = () =>
    consumption.told.flatMap((record) => {
      const { startSequenceNumber, endSequenceNumber } = Object(record['DDBStreamBatchInfo']);
      return ids.filter((_, index) => {
        const number = numbers[index] ?? 0;
        return number >= Number(startSequenceNumber) && number <= Number(endSequenceNumber);
      });
    });
  await consumption.clock.runUntil(async () => new Set([...processed, ...discarded()]).size === ids.length);
  await consumption.close();
  return { ids, processed, discarded: discarded(), isPoison, mapping, invocations: consumption.invocations };
}

describe('the delivery of a stream, whatever the function does', () => {
  it('loses nothing, does each record once with success, keeps the order, and isolates poison', async () => {
    await fc.assert(
      fc.asyncProperty(plan, async (drawn) => {
        const { ids, processed, discarded, isPoison, mapping, invocations } = await play(drawn);

        expect([...processed, ...discarded].toSorted()).toEqual(ids.toSorted());
        const positions = processed.map((id) => ids.indexOf(id));
        expect(positions).toEqual(positions.toSorted((one, other) => one - other));
        expect(processed.filter(isPoison)).toEqual([]);
        for (const batch of invocations) expect(batch.length).toBeLessThanOrEqual(mapping.batchSize);
      }),
      { numRuns: 300 },
    );
  });

  it('gives up nothing but the poison where batches are split and nothing else fails', async () => {
    await fc.assert(
      fc.asyncProperty(plan, async (drawn) => {
        const { ids, discarded, isPoison } = await play({
          ...drawn,
          outcomes: [],
          mapping: { ...drawn.mapping, bisectBatchOnFunctionError: true },
        });

        expect(discarded).toEqual(ids.filter(isPoison));
      }),
      { numRuns: 100 },
    );
  });
});
