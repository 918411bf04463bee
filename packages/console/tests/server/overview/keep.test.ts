import { describe, expect, it } from '@jest/globals';
import { keep } from '../../../src/server/overview/keep.ts';

function createFixture(staleMs?: number, restMs = () => 0) {
  const clock = { nowMs: 0, now: () => clock.nowMs };
  const answers: (number | Error)[] = [];
  let calls = 0;
  const load = async () => {
    calls += 1;
    const answer = answers.shift() ?? calls;
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const options = { clock, freshMs: 10_000, restMs, ...(staleMs !== undefined && { staleMs }) };
  return { clock, answers, calls: () => calls, kept: keep(load, options) };
}

describe('keep', () => {
  it('asks once for all, and again when the answer is too old for somebody', async () => {
    const { clock, calls, kept } = createFixture();
    expect(await Promise.all([kept(), kept()])).toEqual([1, 1]);
    clock.nowMs = 10_000;
    expect(await kept()).toBe(1);
    expect(await kept(5_000)).toBe(2);
    clock.nowMs = 20_001;
    expect(await kept()).toBe(3);
    expect(calls()).toBe(3);
  });

  it('tells what is not too old while the next is on its way', async () => {
    const { clock, kept } = createFixture(20_000);
    await kept();
    clock.nowMs = 15_000;
    expect(await kept()).toBe(1);
    expect(await kept()).toBe(2);
  });

  it('asks less often for what was dear, unless somebody wants it', async () => {
    const { clock, calls, kept } = createFixture(20_000, () => 60_000);
    await kept();
    clock.nowMs = 60_000;
    expect(await kept()).toBe(1);
    expect(calls()).toBe(1);
    expect(await kept(30_000)).toBe(2);
  });

  it('tells of a failure, for two seconds without asking again', async () => {
    const { clock, answers, calls, kept } = createFixture();
    answers.push(new Error('refused'));
    await expect(kept()).rejects.toThrow('refused');
    clock.nowMs = 2_000;
    await expect(kept()).rejects.toThrow('refused');
    expect(calls()).toBe(1);
    clock.nowMs = 2_001;
    expect(await kept()).toBe(2);
  });

  it('tells of a failure in the background to who asks next', async () => {
    const { clock, answers, kept } = createFixture(20_000);
    await kept();
    answers.push(new Error('refused'));
    clock.nowMs = 15_000;
    expect(await kept()).toBe(1);
    await expect(kept()).rejects.toThrow('refused');
  });
});
