import { all } from '@device-lifecycle/test-kit/object-store.ts';
import { describe, expect, it } from '@jest/globals';
import { batchItems } from '../../../src/states/distributed/item-batcher.ts';
import type { EvaluatedItemBatcher } from '../../../src/states/distributed/item-source.ts';
import type { Json } from '../../../src/states/values.ts';

async function* each(items: Iterable<Json>, onTake: (item: Json) => void = () => undefined) {
  for (const item of items) {
    onTake(item);
    yield item;
  }
}

const batches = (items: Iterable<Json>, batcher?: EvaluatedItemBatcher) =>
  all(batchItems(each(items), batcher));
const sizes = async (items: Iterable<Json>, batcher?: EvaluatedItemBatcher) =>
  (await batches(items, batcher)).map(({ itemCount }) => itemCount);

describe('ItemBatcher', () => {
  it('puts items together with the BatchInput, and tells where they stood', async () => {
    const found = await batches(['ü', 2, { c: 3 }], {
      MaxItemsPerBatch: 2,
      BatchInput: { reason: 'recall' },
    });
    expect(found).toEqual([
      {
        index: 0,
        firstItemIndex: 0,
        itemCount: 2,
        input: {
          value: { BatchInput: { reason: 'recall' }, Items: ['ü', 2] },
          text: '{"BatchInput":{"reason":"recall"},"Items":["ü",2]}',
        },
      },
      {
        index: 1,
        firstItemIndex: 2,
        itemCount: 1,
        input: {
          value: { BatchInput: { reason: 'recall' }, Items: [{ c: 3 }] },
          text: '{"BatchInput":{"reason":"recall"},"Items":[{"c":3}]}',
        },
      },
    ]);
  });

  it('leaves BatchInput out when there is none, and makes nothing of no items', async () => {
    const [batch] = await batches([1], { MaxItemsPerBatch: 5 });
    expect(batch?.input).toEqual({ value: { Items: [1] }, text: '{"Items":[1]}' });
    expect(await batches([], { MaxItemsPerBatch: 5 })).toEqual([]);
  });

  it('keeps each input within MaxInputBytesPerBatch, to the byte', async () => {
    // {"Items":["äa","äb"]} has 23 bytes.
    const items = ['äa', 'äb', 'äc', 'äd'];
    expect(await sizes(items, { MaxInputBytesPerBatch: 23 })).toEqual([2, 2]);
    expect(await sizes(items, { MaxInputBytesPerBatch: 22 })).toEqual([1, 1, 1, 1]);
    expect(await sizes(items, { MaxInputBytesPerBatch: 17 })).toEqual([1, 1, 1, 1]);
    await expect(sizes(items, { MaxInputBytesPerBatch: 16 })).rejects.toThrow('item 0');
    expect(await sizes(items, { MaxInputBytesPerBatch: 1000, MaxItemsPerBatch: 3 })).toEqual([3, 1]);
  });

  it('keeps each input within 256 KiB, whatever the limits are', async () => {
    const found = await batches(Array(100).fill('x'.repeat(10_000)), { MaxItemsPerBatch: 100 });
    expect(found.map(({ itemCount }) => itemCount)).toEqual([26, 26, 26, 22]);
    for (const { input } of found) expect(input.text.length).toBeLessThanOrEqual(262_144);
  });

  it('fails for an item that is too large alone, with its index', async () => {
    const failure = (index: number, limit: number) => ({
      error: 'States.DataLimitExceeded',
      causeText: `The input of a child workflow execution with the item ${index} alone exceeds the limit of ${limit} bytes.`,
    });
    await expect(batches([1, 'x'.repeat(30)], { MaxInputBytesPerBatch: 30 })).rejects.toMatchObject(
      failure(1, 30),
    );
    const large = 'x'.repeat(262_143);
    await expect(batches([1, large], { MaxItemsPerBatch: 9 })).rejects.toMatchObject(failure(1, 262_144));
    await expect(batches([1, large])).rejects.toMatchObject(failure(1, 262_144));
  });

  it('takes no more items than the batch needs', async () => {
    const taken: Json[] = [];
    const items = each([1, 2, 3, 4, 5], (item) => taken.push(item));
    for await (const _ of batchItems(items, { MaxItemsPerBatch: 2 })) break;
    expect(taken).toEqual([1, 2]);
  });
});

describe('a Map without an ItemBatcher', () => {
  it('gives each item to a child of its own', async () => {
    expect(await batches([{ a: 1 }, null])).toEqual([
      { index: 0, firstItemIndex: 0, itemCount: 1, input: { value: { a: 1 }, text: '{"a":1}' } },
      { index: 1, firstItemIndex: 1, itemCount: 1, input: { value: null, text: 'null' } },
    ]);
  });
});
