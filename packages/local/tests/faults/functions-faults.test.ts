import { afterEach, describe, expect, it } from '@jest/globals';
import { createEnvironmentFaults, withEventFaults } from '../../src/faults/delivery-faults.ts';
import { type Deployment, deploy } from '../lambda/deployment.ts';
import { planOf } from './plans.ts';

const code = `
  let runs = 0;
  exports.sleeps = () => new Promise((resolve) => setTimeout(resolve, 60_000));
  exports.time = async () => Date.now();
  exports.count = async () => { console.log('run ' + ++runs); };
`;

describe('functions with faults', () => {
  let functions: Deployment | undefined;

  afterEach(() => functions?.remove());

  async function start(...rules: readonly string[]) {
    const { plan, told } = planOf(rules);
    const handlers = { sleeps: { timeoutMs: 60_000 }, time: {}, count: {} };
    functions = await deploy({ 'index.js': code }, handlers, { faults: createEnvironmentFaults(plan) });
    return { functions: withEventFaults(functions, plan), told };
  }

  it('end with their process in the middle of an invocation', async () => {
    const started = await start('lambda:sleeps=kill');
    const { functionError, payload } = await started.functions.invoke('sleeps', '{}');
    expect(functionError).toBe('Unhandled');
    expect(JSON.parse(payload)).toMatchObject({ errorType: 'Runtime.ExitError' });
    expect(started.told).toMatchObject([{ rule: 'lambda:sleeps=kill', target: 'lambda:sleeps' }]);
  });

  it('have another process for the next invocation', async () => {
    const { functions } = await start('lambda:sleeps=kill');
    await functions.invoke('sleeps', '{}');
    expect((await functions.invoke('time', '{}')).functionError).toBeUndefined();
  });

  it('are wrong about the time by so much', async () => {
    const { functions, told } = await start('clock=skew(-60000)');
    const before = Date.now();
    const time = Number((await functions.invoke('time', '{}')).payload);
    expect(time + 60_000).toBeGreaterThanOrEqual(before);
    expect(time + 60_000).toBeLessThanOrEqual(Date.now());
    expect(told).toHaveLength(1);
  });

  it('accept an event for whose second there is no room', async () => {
    const { plan, told } = planOf(['lambda:sleeps=duplicate']);
    functions = await deploy({ 'index.js': code }, { sleeps: {} }, { asyncQueueLimits: { events: 1 } });
    const struck = withEventFaults(functions, plan);
    await expect(struck.invokeAsync('sleeps', '{}')).resolves.toBeUndefined();
    await expect(struck.invokeAsync('sleeps', '{}')).rejects.toMatchObject({
      code: 'TooManyRequestsException',
    });
    expect(told).toEqual([]);
  });

  it('get an event twice, from within and by the API', async () => {
    const started = await start('lambda:c*=duplicate');
    await started.functions.invokeAsync('count', '{}');
    await started.functions.handle({
      service: 'lambda',
      method: 'POST',
      path: '/2015-03-31/functions/count/invocations',
      query: new URLSearchParams(),
      headers: { 'x-amz-invocation-type': 'Event' },
      body: Buffer.from('{}'),
    });
    await started.functions.idle();
    expect(functions?.lines.filter((line) => line.includes('run'))).toHaveLength(4);
    expect(started.told).toHaveLength(2);
  });
});
