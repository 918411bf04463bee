import { afterEach, describe, expect, it } from '@jest/globals';
import { EnvironmentBudget, type PlaceSeeker } from '../../src/lambda/environment-budget.ts';
import { closedDoor } from './closed-door.ts';
import { type Deployment, deploy } from './deployment.ts';

const code = `
  let calls = 0;
  exports.counts = async () => ++calls;
  exports.logs = async () => console.log('done');
  exports.waits = ({ door, exits }) => new Promise((resolve) => {
    const leave = () => exits ? process.exit(1) : resolve();
    require('node:net').connect(door, '127.0.0.1').resume().on('end', leave);
  });
`;

const counts = { handler: 'index.counts' };
const logs = { handler: 'index.logs' };
const waits = { handler: 'index.waits', timeoutMs: 20_000 };

describe('the environments of all functions together', () => {
  let functions: Deployment;

  afterEach(() => functions.remove());

  const invoke = async (name: string, event: unknown = {}) =>
    JSON.parse((await functions.invoke(name, JSON.stringify(event))).payload);

  /** An invocation that takes a place until the door is open. */
  async function hold(name: string, exits: boolean) {
    const door = await closedDoor();
    const answered = invoke(name, { door: door.port, exits });
    await door.arrived(1);
    return { answered, open: () => door.open() };
  }

  it('make room for another function: the one that was idle longest ends', async () => {
    functions = await deploy(
      { 'index.js': code },
      { one: counts, two: counts, three: counts },
      { maxTotalEnvironments: 2 },
    );
    expect([await invoke('one'), await invoke('two'), await invoke('one')]).toEqual([1, 1, 2]);
    // It takes the place of two, and two then that of one.
    expect([await invoke('three'), await invoke('one')]).toEqual([1, 3]);
    expect([await invoke('two'), await invoke('one'), await invoke('three')]).toEqual([1, 4, 1]);
  });

  it('are throttled where none is idle, but for events, which wait their turn', async () => {
    functions = await deploy(
      { 'index.js': code },
      { waits, logs, counts },
      { maxTotalEnvironments: 1, concurrencyWaitMs: 50 },
    );
    // An event waits however long its environment takes to boot; an invocation does not here.
    const door = await closedDoor();
    await functions.invokeAsync('waits', JSON.stringify({ door: door.port }));
    await door.arrived(1);
    await functions.invokeAsync('logs', '{}');
    await expect(invoke('counts')).rejects.toMatchObject({
      code: 'TooManyRequestsException',
      status: 429,
      message: 'Rate Exceeded. (ConcurrentInvocationLimitExceeded)',
    });
    expect(functions.lines).toEqual([]);

    door.open();
    await functions.idle();
    expect(functions.lines).toEqual([expect.stringContaining('done')]);
  });

  it('pass on the place of a process that ends by itself', async () => {
    functions = await deploy({ 'index.js': code }, { waits, counts }, { maxTotalEnvironments: 1 });
    const { answered, open } = await hold('waits', true);
    const waiting = invoke('counts');
    open();
    expect(await answered).toMatchObject({ errorType: 'Runtime.ExitError' });
    expect(await waiting).toBe(1);
  });

  it('give a function its turn while another one has more to do', async () => {
    functions = await deploy({ 'index.js': code }, { waits, logs }, { maxTotalEnvironments: 1 });
    const first = await hold('waits', false);
    await functions.invokeAsync('logs', '{}');
    const door = await closedDoor();
    const second = invoke('waits', { door: door.port });
    first.open();
    await first.answered;
    await door.arrived(1);
    expect(functions.lines).toHaveLength(1);
    door.open();
    await second;
  });
});

describe('a budget', () => {
  /** A function whose invocations want so many environments. */
  function seekerOf(wanted: number): PlaceSeeker & { booted: number; wanted: number } {
    const seeker = {
      booted: 0,
      wanted,
      isSeeking: () => seeker.wanted > 0,
      isEmpty: () => seeker.booted === 0,
      boot() {
        seeker.booted += 1;
        seeker.wanted -= 1;
      },
    };
    return seeker;
  }

  it('has no more environments than its limit, and those that end until they have', () => {
    const budget = new EnvironmentBudget(2);
    const seeker = seekerOf(3);
    for (const _ of [1, 2, 3]) budget.seek(seeker);
    expect(seeker.booted).toBe(2);
    const environment = {};
    budget.ending(environment);
    expect(seeker.booted).toBe(2);
    budget.ended(environment);
    expect(seeker.booted).toBe(3);
  });

  it('ends one idle environment for each that waits, and none for those that wait no more', () => {
    const budget = new EnvironmentBudget(3);
    const first = seekerOf(3);
    for (const _ of [1, 2, 3]) budget.seek(first);
    const ended: number[] = [];
    const environments = [0, 1, 2].map((index) => {
      const environment = {};
      budget.idle(environment, () => {
        ended.push(index);
        budget.ending(environment);
      });
      return environment;
    });
    const gone = seekerOf(1);
    gone.wanted = 0;
    budget.seek(gone);
    expect(ended).toEqual([]);
    budget.busy(environments[0] ?? {});
    const second = seekerOf(1);
    for (const _ of [1, 2]) budget.seek(second);
    expect(ended).toEqual([1]);
    budget.ended(environments[1] ?? {});
    expect([second.booted, ended]).toEqual([1, [1]]);
  });

  it('serves functions without any environment first, and is short of one until one ends', () => {
    const budget = new EnvironmentBudget(1);
    const growing = seekerOf(2);
    const empty = seekerOf(1);
    for (const _ of [1, 2]) budget.seek(growing);
    expect(budget.isShort).toBe(false);
    budget.seek(empty);
    expect(budget.isShort).toBe(true);
    const environment = {};
    budget.ending(environment);
    expect(budget.isShort).toBe(false);
    budget.ended(environment);
    expect([growing.booted, empty.booted]).toEqual([1, 1]);
  });
});
