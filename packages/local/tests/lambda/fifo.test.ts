import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { Fifo } from '../../src/lambda/environment-pool.ts';

describe('a fifo', () => {
  it('gives its items in their order, through many turns', () => {
    const fifo = new Fifo<number>();
    const taken: (number | undefined)[] = [];
    for (let n = 0; n < 5000; n += 1) {
      fifo.push(n);
      if (n % 3 !== 0) taken.push(fifo.shift());
    }
    while (fifo.size > 0) taken.push(fifo.shift());
    expect(taken).toEqual(Array.from({ length: 5000 }, (_, n) => n));
    expect(fifo.shift()).toBeUndefined();
  });
});

it('lets go of what was taken', async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage: () => void = runInNewContext('gc');
  const queue = new Fifo<object>();
  const taken = Array.from({ length: 10 }, () => {
    const item = {};
    queue.push(item);
    return new WeakRef(item);
  });
  while (queue.size > 0) queue.shift();

  // A WeakRef holds on to what it refers to until the end of the turn.
  await setImmediate();
  collectGarbage();

  expect(taken.filter((item) => item.deref() !== undefined)).toEqual([]);
  expect(queue.size).toBe(0);
});
