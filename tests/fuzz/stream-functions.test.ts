import { broken } from '@device-lifecycle/test-kit/fuzz/broken.ts';
import type { Entry } from '@device-lifecycle/test-kit/fuzz/entries.ts';
import { fuzz } from '@device-lifecycle/test-kit/fuzz/fuzz.ts';
import { nastyNumber, nastyString, nastyValue } from '@device-lifecycle/test-kit/fuzz/malice.ts';
import { TEST_SEED } from '@device-lifecycle/test-kit/seed.ts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { purgeItem } from '../../shared/adapters/device-store/purges.ts';
import { fromItem, type Item, toItem } from '../../shared/adapters/device-store/records.ts';
import type { InvalidDevice } from '../../shared/domain/device.ts';
import { expiredPurge } from '../../shared/domain/purge.ts';
import { asDelivered, problemsOfEvent } from '../support/event-schema.ts';
import { aReceipt } from '../support/purges.ts';
import { mostly, some } from './support/inputs.ts';
import { demand, judgeLines, judgeReport, judgeTask, nameOf } from './support/judge.ts';
import { loadFunction, type Ran } from './support/service.ts';
import { copyWorld } from './support/world.ts';

const world = copyWorld();
const invalidItem = (id: string): Item => world.invalidDevices.get(id) ?? {};
const remains = purgeItem(
  expiredPurge(fromItem(invalidItem('gone')) as unknown as InvalidDevice, Date.now()),
);

const STEPS = ['register', 'update', 'decommission', 'restore'].map((operation) => ({ operation }));
/** Items as the tables' filters let them through: steps of a device's life, receipts, and what has expired. */
const steppedItem = fc
  .tuple(fc.constantFrom('sensor-1', 'back', 'retired', 'held'), fc.constantFrom(...STEPS))
  .map(([id, step]) => ({ ...(world.devices.get(id) ?? invalidItem(id)), ...toItem({ step }) }));
const receiptItem = fc.constant({ ...remains, ...toItem({ receipt: aReceipt() }) });
const expiredItem = fc.constantFrom(invalidItem('gone'), invalidItem('held'));

const attribute = fc.oneof(
  nastyString.map((S) => ({ S })),
  nastyNumber.map((number) => ({ N: String(number) })),
  nastyString.map((N) => ({ N })),
  fc.constantFrom({ NULL: true }, { BOOL: false }, { M: {} }, { L: [] }, { SS: ['a'] }, { B: 'AAEC' }, {}),
  fc.constantFrom({ N: '9'.repeat(38) }, { N: '1E-130' }, { M: { __proto__: { S: 'x' } } }),
  nastyValue,
);

/** An item of another version, or of another hand: with an attribute that nobody knows, or one that is not as it was. */
function otherItem(items: fc.Arbitrary<Item>): fc.Arbitrary<unknown> {
  const changed = fc
    .tuple(items, fc.nat(), fc.oneof(fc.constant(undefined), attribute))
    .map(([item, where, value]) => {
      const names = Object.keys(item);
      const name = names[where % names.length] ?? 'id';
      const { [name]: _, ...rest } = item;
      return value === undefined ? rest : { ...rest, [name]: value };
    });
  return fc.oneof(
    { weight: 2, arbitrary: items },
    { weight: 4, arbitrary: changed },
    { weight: 1, arbitrary: broken(items) },
  );
}

const idOf = (image: unknown): string => {
  const id = Object(Object(image).id).S;
  return typeof id === 'string' ? id : 'sensor-1';
};

interface Images {
  readonly eventName: string;
  readonly OldImage?: unknown;
  readonly NewImage?: unknown;
}

const toEvent = (batch: readonly Images[]) => ({
  Records: batch.map(({ eventName, OldImage, NewImage }, index) => ({
    eventID: `event-${index}`,
    eventName,
    dynamodb: {
      SequenceNumber: String(index),
      Keys: { id: { S: idOf(NewImage ?? OldImage) } },
      ...(OldImage !== undefined && { OldImage }),
      ...(NewImage !== undefined && { NewImage }),
    },
  })),
});

const writes = fc.record({
  eventName: fc.constantFrom('INSERT', 'MODIFY'),
  OldImage: some(otherItem(fc.oneof(steppedItem, receiptItem))),
  NewImage: otherItem(fc.oneof({ weight: 3, arbitrary: steppedItem }, receiptItem)),
});
const removals = fc.record({
  eventName: mostly(fc.constant('REMOVE'), nastyString).map(String),
  OldImage: some(otherItem(expiredItem)),
});
const moves = fc.record({ eventName: fc.constant('INSERT'), NewImage: otherItem(steppedItem) });

const batches = (records: fc.Arbitrary<Images>) => {
  const event = fc.array(records, { minLength: 1, maxLength: 4 }).map(toEvent);
  return fc.oneof({ weight: 9, arbitrary: event }, { weight: 1, arbitrary: broken(event) });
};

const failedLines = ({ lines }: Ran): readonly string[] =>
  lines.map((line) => JSON.parse(line)).flatMap(({ message, code }) => (message === 'failed' ? [code] : []));

/** All of it is done, or all up to a record that says under a name of ours why it is not: it is to be looked at. */
function judgeStream(ran: Ran, event: unknown): string {
  judgeLines(ran.lines);
  if ('thrown' in ran) {
    demand(nameOf(ran.thrown) === 'InvalidInput', () => `Thrown: ${String(Object(ran.thrown).stack)}`);
    return 'InvalidInput';
  }
  const { batchItemFailures } = ran.response as { batchItemFailures: { itemIdentifier: string }[] };
  const [failure] = batchItemFailures;
  if (failure === undefined) return 'accepted';
  judgeReport(ran);
  const numbers = [Object(event).Records]
    .flat()
    .map((record) => Object(Object(record).dynamodb).SequenceNumber);
  demand(numbers.includes(failure.itemIdentifier), () => `There is no record "${failure.itemIdentifier}"`);
  const codes = failedLines(ran);
  demand(codes.length === 1 && codes[0] === 'IntegrityViolation', () => `Failed with ${codes}: ${ran.lines}`);
  return 'deadLettered';
}

describe(`whatever a table’s stream brings (TEST_SEED=${TEST_SEED})`, () => {
  it('is told as events that keep to their schema, or looked at by a person', async () => {
    const invoke = await loadFunction('publish-events');
    const tally = await fuzz('service/publish-events' satisfies Entry, batches(writes), async (event) => {
      const ran = await invoke(event);
      for (const { Detail, DetailType } of ran.aws.events) {
        const delivered = asDelivered({ type: DetailType, detail: JSON.parse(Detail) } as never);
        const problems = problemsOfEvent(delivered);
        demand(problems.length === 0, () => `${Detail}\n${problems.join('\n')}`);
      }
      return judgeStream(ran, event);
    });
    expect(Object.keys(tally).toSorted()).toEqual(['InvalidInput', 'accepted', 'deadLettered']);
  });

  it('is followed by certificates and remains, or looked at by a person', async () => {
    const invoke = await loadFunction('settle-moved-devices');
    const records = fc.oneof(moves, removals);
    const tally = await fuzz(
      'service/settle-moved-devices' satisfies Entry,
      batches(records),
      async (event) => judgeStream(await invoke(event), event),
    );
    expect(Object.keys(tally).toSorted()).toEqual(['InvalidInput', 'accepted', 'deadLettered']);
  });
});

describe(`whatever a schedule brings (TEST_SEED=${TEST_SEED})`, () => {
  it('is a minute like any other', async () => {
    const invoke = await loadFunction('reconcile-credentials');
    const tally = await fuzz('service/reconcile-credentials' satisfies Entry, nastyValue, async (event) =>
      judgeTask(await invoke(event)),
    );
    expect(Object.keys(tally)).toEqual(['accepted']);
  });
});
