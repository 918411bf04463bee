import { describe, expect, it } from '@jest/globals';
import * as z from 'zod/mini';
import { attributesField, parseInput } from '../../shared/input.ts';

const schema = z.strictObject({
  serialNumber: z.string(),
  nested: z.optional(z.object({ count: z.number() })),
});

describe('a refused input', () => {
  it.each([
    ['a missing field', {}, 'serialNumber: is missing.'],
    ['a wrong type', { serialNumber: 5 }, 'serialNumber: must be of the type string.'],
    ['an unknown field', { serialNumber: 'a', colour: 'red' }, 'unknown: colour.'],
    ['a nested field', { serialNumber: 'a', nested: {} }, 'nested.count: is missing.'],
    ['several problems', { colour: 'red' }, 'serialNumber: is missing; unknown: colour.'],
  ])('names %s in the words of its sender', (_, input, problems) => {
    expect(() => parseInput(schema, input)).toThrow(
      expect.objectContaining({
        name: 'InvalidInput',
        message: `${problems} See docs/messages.md for what is expected.`,
      }),
    );
  });

  it('is told on one line, and not without end, whatever it has been sent', () => {
    const name = '\u001b[2J\n{"level":"INFO"}\u202e'.repeat(1_000);
    const refuse = () => parseInput(schema, { serialNumber: 'a', [name]: 1 });
    expect(refuse).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(
          /^unknown: \\u001b\[2J\\u000a\{"level":"INFO"\}\\u202e[\x20-\x7e]*….*\.$/,
        ),
      }),
    );
    expect(refuse).toThrow(expect.objectContaining({ message: expect.not.stringMatching(/^.{2200}/) }));
  });
});

describe('the attributes of a device', () => {
  it('are taken as they are read again, so that a repetition finds nothing new', () => {
    const sent = { zero: -0, list: [-0, { deep: -0 }], text: '-0', nothing: null };
    const read = { zero: 0, list: [0, { deep: 0 }], text: '-0', nothing: null };
    expect(parseInput(attributesField, sent)).toStrictEqual(read);
  });
});
