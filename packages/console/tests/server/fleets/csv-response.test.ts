import { describe, expect, it } from '@jest/globals';
import { csvResponse } from '../../../src/server/fleets/csv-response.ts';

async function* chunks(...all: readonly (string | Error)[]): AsyncGenerator<Uint8Array> {
  for (const one of all) {
    if (one instanceof Error) throw one;
    yield Buffer.from(one);
  }
}

describe('a CSV to be saved', () => {
  it('comes whole, under its name', async () => {
    const response = await csvResponse('a"b\n.csv', chunks('x\n', 'y\n'));
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="a_b_.csv"');
    expect(await response.text()).toBe('x\ny\n');
  });

  it('is refused with words before its beginning, and breaks off after it', async () => {
    await expect(csvResponse('a.csv', chunks(new Error('forbidden')))).rejects.toThrow('forbidden');
    const response = await csvResponse('a.csv', chunks('x\n', new Error('broken')));
    await expect(response.text()).rejects.toThrow('broken');
  });
});
