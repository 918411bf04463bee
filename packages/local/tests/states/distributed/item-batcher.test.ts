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

  it('keeps each input within 256 KiB, whatever the limits are', async () => {
    const batcher = { MaxItemsPerBatch: 100 };
    expect(await sizes(Array(100).fill('x'.repeat(10_000)), batcher)).toEqual([26, 26, 26, 22]);
    // {"Items":["…","…"]} has 17 bytes besides.
    const half = (262_144 - 17) / 2;
    expect(await sizes(['ä'.repeat(half / 2), 'x'.repeat(half)], batcher)).toHaveLength(1);
    expect(await sizes(['x'.repeat(half + 1), 'x'.repeat(half + 1)], batcher)).toHaveLength(2);
  });

  it('fails for an item that is too large alone, with its index', async () => {
    const items = [1, 'x'.repeat(262_143)];
    for (const batcher of [{ MaxItemsPerBatch: 9 }, undefined]) {
      await expect(batches(items, batcher)).rejects.toMatchObject({
        error: 'States.DataLimitExceeded',
        causeText:
          'The input of a child workflow execution with the item 1 alone exceeds the limit of 262144 bytes.',
      });
    }
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
