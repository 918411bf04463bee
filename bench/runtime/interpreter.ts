import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { systemClock } from '@device-lifecycle/local/clock.ts';
import { Database } from '@device-lifecycle/local/data/database.ts';
import { createDiskExecutionStore } from '@device-lifecycle/local/states/disk-execution-store.ts';
import type { ExecutionStore } from '@device-lifecycle/local/states/execution-store.ts';
import { createStatesService } from '@device-lifecycle/local/states/states-service.ts';
import jsonata from 'jsonata';
import { median } from '../measure.ts';
import type { RuntimePart } from './figure.ts';

const ROUNDS = 7;
const STATES_GOAL = 20_000;
/** What a history of 25,000 events may take: 400 bytes an event. */
const HISTORY_GOAL_MB = 10;
/** Four events a round, and seven around them: as long as a history may be. */
const LONGEST_LOOP = 6_248;

const COUNT = '$n + 1';
const conditionOf = (rounds: number) => `$n < ${rounds}`;

type Type = 'STANDARD' | 'EXPRESS';

/** A Pass that counts, and a Choice that goes back to it. */
const loopOf = (rounds: number) => ({
  QueryLanguage: 'JSONata',
  StartAt: 'Start',
  States: {
    Start: { Type: 'Pass', Assign: { n: 0 }, Next: 'Count' },
    Count: { Type: 'Pass', Assign: { n: `{% ${COUNT} %}` }, Next: 'More' },
    More: {
      Type: 'Choice',
      Choices: [{ Condition: `{% ${conditionOf(rounds)} %}`, Next: 'Count' }],
      Default: 'Done',
    },
    Done: { Type: 'Succeed', Output: '{% $n %}' },
  },
});

const unused = () => {
  throw new Error('The loop has no tasks.');
};

/** Step Functions with the loop as its only machine. */
function createLoop(type: Type, rounds: number, store?: ExecutionStore) {
  const prefix = 'arn:aws:states:us-east-1:000000000000';
  const stateMachineArn = `${prefix}:stateMachine:loop`;
  const roleArn = 'arn:aws:iam::000000000000:role/loop';
  const log = { info: unused, warn: unused, error: unused };
  const service = createStatesService({
    machines: [{ name: 'loop', arn: stateMachineArn, type, definition: loopOf(rounds), roleArn }],
    functions: { invoke: unused, invokeAsync: unused },
    objects: { read: unused, write: unused, list: unused },
    clock: systemClock,
    accountId: '000000000000',
    region: 'us-east-1',
    spoolDirectory: '/nowhere',
    log,
    ...(store === undefined ? {} : { store }),
  });
  const call = async (operation: string, request: object) => {
    const { body } = await service.handle({
      service: 'states',
      method: 'POST',
      path: '/',
      query: new URLSearchParams(),
      headers: { 'x-amz-target': `AWSStepFunctions.${operation}` },
      body: Buffer.from(JSON.stringify(request)),
    });
    return JSON.parse(body.toString());
  };
  return {
    /** Runs the loop to its end. */
    async run(): Promise<void> {
      const execution = await (type === 'EXPRESS'
        ? call('StartSyncExecution', { stateMachineArn })
        : untilEnded(service.startExecution({ stateMachineArn }).executionArn));
      if (execution.output !== String(rounds)) throw new Error(`The loop has ${execution.status}.`);
    },
    close: () => service.close(),
  };

  async function untilEnded(executionArn: string) {
    for (;;) {
      const execution = await call('DescribeExecution', { executionArn });
      if (execution.status !== 'RUNNING') return execution;
      await setTimeout(5);
    }
  }
}

/** How many of `count` things were done a second of the processor. */
async function perSecond(count: number, run: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  return count / ((user + system) / 1_000_000);
}

/** The expressions of the loop, evaluated by the library alone. */
async function evaluateAlone(rounds: number): Promise<void> {
  const [count, condition] = [jsonata(COUNT), jsonata(conditionOf(rounds))];
  let n = 0;
  do n = await count.evaluate(undefined, { n });
  while (await condition.evaluate(undefined, { n }));
}

/** What stays in memory of one execution with as many events as there may be, in MB. */
async function historyMegabytes(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const loop = createLoop('STANDARD', LONGEST_LOOP);
  collect();
  const before = process.memoryUsage().heapUsed;
  await loop.run();
  collect();
  const kept = process.memoryUsage().heapUsed - before;
  await loop.close();
  return kept / 1_000_000;
}

/** States of a loop of Pass and Choice a second, each with one expression; underneath, the expressions alone. */
export const measureInterpreter: RuntimePart = async (isQuick) => {
  const rounds = isQuick ? 100 : LONGEST_LOOP;
  const states = 2 * rounds;
  const directory = await mkdtemp(join(tmpdir(), 'bench-states-'));
  const database = new Database(join(directory, 'executions'));
  const store = createDiskExecutionStore(database);
  const loops = {
    express: createLoop('EXPRESS', rounds),
    standard: createLoop('STANDARD', rounds),
    kept: createLoop('STANDARD', rounds, store),
  };
  const taken: Record<keyof typeof loops | 'alone', number[]> = {
    express: [],
    standard: [],
    kept: [],
    alone: [],
  };
  for (let round = 0; round < (isQuick ? 1 : ROUNDS); round += 1) {
    for (const [name, loop] of Object.entries(loops) as [keyof typeof loops, typeof loops.kept][]) {
      taken[name].push(await perSecond(states, loop.run));
    }
    taken.alone.push(await perSecond(states, () => evaluateAlone(rounds)));
  }
  await Promise.all(Object.values(loops).map((loop) => loop.close()));
  store.close();
  database.close();
  await rm(directory, { recursive: true });
  const rate = { unit: 'states/s', underneath: median(taken.alone), goal: { atLeast: STATES_GOAL } };
  return [
    { name: 'states of a Pass loop, Express, on one core', ours: median(taken.express), ...rate },
    { name: 'states of a Pass loop, Standard, on one core', ours: median(taken.standard), ...rate },
    { name: 'states of a Pass loop, Standard and kept on disk', ours: median(taken.kept), ...rate },
    {
      name: 'memory of a history of 25,000 events',
      unit: 'MB',
      ours: await historyMegabytes(),
      goal: { atMost: HISTORY_GOAL_MB },
    },
  ];
};
