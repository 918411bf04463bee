import { describe, expect, it } from '@jest/globals';
import { Fifo } from '../../../../local/lambda/fifo.ts';

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
