import { afterEach, describe, expect, it } from '@jest/globals';
import { MovableClock } from '../../src/clock.ts';
import { type Deployment, deploy } from './deployment.ts';

const DAY_MS = 86_400_000;

const code = `
  const loadedAt = Date.now();
  const tell = () => ({
    loadedAt,
    times: [Date.now(), new Date().getTime(), Date.parse(Date()), new (class Day extends Date {})().getTime()],
    given: [new Date(5).getTime(), new Date(2026, 0, 1, 12).toISOString(), Date.UTC(2026), Date.parse('2026-01-01')],
    kinds: [new Date() instanceof Date, new Date().constructor === Date, Date.name, Date.length,
      require('node:util').types.isDate(new Date()), structuredClone(new Date(7)).getTime()],
  });
  exports.tells = async () => tell();
  exports.remains = async (event, context) => {
    const began = Date.now();
    const before = context.getRemainingTimeInMillis();
    console.log('waiting');
    await new Promise((resolve) => setTimeout(resolve, 50));
    return { began, ended: Date.now(), before, after: context.getRemainingTimeInMillis() };
  };
  exports.logs = async () => console.log('now');
`;

describe('the time in functions', () => {
  let functions: Deployment | undefined;

  afterEach(async () => {
    await functions?.remove();
    functions = undefined;
  });

  async function start(clock: MovableClock, ...names: string[]) {
    functions = await deploy({ 'index.js': code }, Object.fromEntries(names.map((name) => [name, {}])), {
      clock,
    });
    return functions;
  }

  it("is the runtime's, from the load on and after each move", async () => {
    const clock = new MovableClock();
    clock.advance(DAY_MS);
    const { invoke } = await start(clock, 'tells');
    const first = JSON.parse((await invoke('tells', '{}')).payload);
    clock.advance(DAY_MS);
    const second = JSON.parse((await invoke('tells', '{}')).payload);

    expect(first.loadedAt).toBeGreaterThanOrEqual(clock.now() - DAY_MS - 60_000);
    expect(second.loadedAt).toBe(first.loadedAt);
    for (const [answer, days] of [
      [first, 1],
      [second, 2],
    ]) {
      for (const time of answer.times) {
        expect(Math.abs(time - Date.now() - days * DAY_MS)).toBeLessThan(60_000);
      }
    }
  });

  it('leaves dates what they are otherwise', async () => {
    const { invoke } = await start(new MovableClock(), 'tells');
    const { given, kinds } = JSON.parse((await invoke('tells', '{}')).payload);
    expect(given).toEqual([5, new Date(2026, 0, 1, 12).toISOString(), Date.UTC(2026), 1_767_225_600_000]);
    expect(kinds).toEqual([true, true, 'Date', 7, true, 7]);
  });

  it('does not jump while a function runs, whose own time is real', async () => {
    const clock = new MovableClock();
    clock.advance(DAY_MS);
    const deployment = await start(clock, 'remains');
    const answer = deployment.invoke('remains', '{}');
    while (!deployment.lines.some((line) => line.endsWith('waiting'))) await new Promise(setImmediate);

    clock.advance(DAY_MS);

    const { functionError, payload } = await answer;
    const next = JSON.parse((await deployment.invoke('remains', '{}')).payload);
    const { began, ended, before, after } = JSON.parse(payload);
    expect(functionError).toBeUndefined();
    expect(ended - began).toBeLessThan(60_000);
    expect(next.began - ended).toBeGreaterThan(DAY_MS - 60_000);
    expect(after).toBeLessThanOrEqual(before);
    expect(after).toBeGreaterThan(0);
  });

  it('is in what they log', async () => {
    const clock = new MovableClock();
    clock.advance(400 * DAY_MS);
    const { invoke, lines } = await start(clock, 'logs');
    await invoke('logs', '{}');
    const [line = ''] = lines;
    const loggedMs = Date.parse(/logs: (\S+Z)\t/.exec(line)?.[1] ?? '');
    expect(Math.abs(loggedMs - clock.now())).toBeLessThan(60_000);
  });
});
