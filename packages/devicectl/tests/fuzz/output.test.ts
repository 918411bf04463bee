import { PassThrough } from 'node:stream';
import { describeCause } from '@device-lifecycle/operator/output/cause.ts';
import { brokenJson } from '@device-lifecycle/test-kit/fuzz/broken.ts';
import { fuzz } from '@device-lifecycle/test-kit/fuzz/fuzz.ts';
import { nastyString } from '@device-lifecycle/test-kit/fuzz/malice.ts';
import { withinCaseTime } from '@device-lifecycle/test-kit/fuzz/within-time.ts';
import {
  failedInvocation,
  failedRule,
  failedStreamBatch,
  unanswerable,
} from '@device-lifecycle/test-kit/letters.ts';
import { TEST_SEED } from '@device-lifecycle/test-kit/seed.ts';
import { createTool, testStack } from '@device-lifecycle/test-kit/tool.ts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { listLetters } from '../../src/dead-letters/list-letters.ts';
import { showLetter } from '../../src/dead-letters/show-letter.ts';
import { table } from '../../src/output/table.ts';
import { createTerminal } from '../../src/terminal.ts';

/** What moves the cursor, colours, rings, or turns the direction of writing; all but the ends of lines and tabs. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what it is about
const DANGEROUS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

/** What reaches a terminal that nobody watches. */
function createScreen() {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const terminal = createTerminal({ stdin, stdout, stderr, env: {} } as unknown as NodeJS.Process);
  return { terminal, shown: () => String(stdout.read() ?? ''), told: () => String(stderr.read() ?? '') };
}

const LETTERS = [
  failedInvocation('sensor-1'),
  failedStreamBatch(),
  failedRule('register'),
  unanswerable(),
].map((body): unknown => JSON.parse(body));
const letter = fc.oneof(
  { weight: 6, arbitrary: brokenJson(fc.constantFrom(...LETTERS)) },
  { weight: 1, arbitrary: nastyString },
);

describe(`what operators see (TEST_SEED=${TEST_SEED})`, () => {
  it('cannot do anything to a terminal, and JSON stays what it is', async () => {
    const { terminal, shown, told } = createScreen();
    const cases = fc.tuple(nastyString, nastyString, fc.constantFrom('text', 'json', 'table', 'cause'));
    const texts: Readonly<Record<string, (one: string, other: string) => void>> = {
      text: (one, other) => terminal.error(`${one} ${other}`),
      json: (one, other) => terminal.out(JSON.stringify({ [one]: other, other }, null, 2)),
      table: (one, other) => terminal.out(table(['a', 'b'], [{ a: one, b: other }], 40)),
      cause: (one) => terminal.error(describeCause(JSON.stringify({ errorMessage: one }))),
    };
    await fuzz('cli/terminal', cases, ([one, other, kind]) => {
      texts[kind]?.(one, other);
      const [out, error] = [shown(), told()];
      expect(DANGEROUS.test(out + error)).toBe(false);
      const value = { [one]: other, other };
      if (kind === 'json') expect(JSON.parse(out)).toEqual(JSON.parse(JSON.stringify(value)));
      if (kind === 'table') expect(out.split('\n')).toHaveLength(3);
      return kind;
    });
  });

  it('of dead letters with any body is told, and nothing dangerous', async () => {
    const tally = await fuzz('cli/dead-letters', fc.tuple(letter, fc.boolean()), async ([body, isJson]) => {
      const tool = createTool();
      const { terminal, shown, told } = createScreen();
      const id = tool.queue.send(body, tool.clock());
      const listed = { ...tool.context({ json: isJson }), terminal };
      await withinCaseTime(() => listLetters(listed, testStack, tool.queue));
      const list = shown();
      const context = { ...tool.context({ json: isJson }, [id]), terminal };
      await withinCaseTime(() => showLetter(context, testStack, tool.queue));
      const one = shown();
      expect(DANGEROUS.test(list + one + told())).toBe(false);
      expect([list.includes(id), one.includes(id)]).toEqual([true, true]);
      if (!isJson) return 'text';
      expect(JSON.parse(one)).toMatchObject({ messageId: id, body: JSON.parse(JSON.stringify(body)) });
      return JSON.parse(one).kind;
    });
    expect(Object.keys(tally).toSorted()).toEqual([
      'foreign',
      'invocation',
      'rule',
      'stream',
      'text',
      'unanswerable',
    ]);
  });
});
