import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { readBody } from '../../../src/server/fleets/upload-body.ts';

const LIMITS = { maxBytes: 20, maxLines: 3 };

/** Counts how much of it was taken. */
function bodyOf(...chunks: readonly string[]) {
  const left = chunks.map((chunk) => new TextEncoder().encode(chunk));
  const taken = { chunks: 0 };
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const next = left.shift();
        if (next === undefined) return controller.close();
        taken.chunks += 1;
        controller.enqueue(next);
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, taken };
}

describe('the body of an upload', () => {
  it('is handed on as it comes', async () => {
    const { stream, taken } = bodyOf('a\nb\n', 'c\n');
    const chunks = readBody(stream, 'lot.csv', LIMITS).stream[Symbol.asyncIterator]();
    expect(String((await chunks.next()).value)).toBe('a\nb\n');
    expect(taken.chunks).toBe(1);
    expect(String((await chunks.next()).value)).toBe('c\n');
    expect((await chunks.next()).done).toBe(true);
  });

  it('is refused where it has too many lines or bytes', async () => {
    for (const chunks of [
      ['a\nb\n', 'c\nd\n'],
      ['0123456789', '0123456789', '0'],
    ]) {
      const { stream } = readBody(bodyOf(...chunks).stream, 'lot.csv', LIMITS);
      await expect(text(stream)).rejects.toThrow(/^lot.csv is larger than .* 3 lines, .*: split it/);
    }
  });

  it('is read to its end where nobody wants the rest', async () => {
    const { stream, taken } = bodyOf('a\n', 'b\n', 'c\n', 'd\n', 'e\n');
    const body = readBody(stream, 'lot.csv', LIMITS);
    await expect(text(body.stream)).rejects.toThrow('is larger');
    await body.drain();
    expect(taken.chunks).toBe(5);
  });
});
