import { eventually } from '@device-lifecycle/test-kit/eventually.ts';
import { describe, expect, it } from '@jest/globals';
import type { AwsService } from '../../src/aws.ts';
import { withEngineFaults } from '../../src/faults/call-faults.ts';
import { createFaults } from '../../src/faults/faults.ts';
import { readFaults } from '../../src/faults/read-faults.ts';
import { planOf } from './plans.ts';

const service: AwsService = async () => ({ status: 200, headers: {}, body: '' });
const request = {
  service: 'sqs',
  method: 'POST',
  path: '/',
  query: new URLSearchParams(),
  headers: { 'x-amz-target': 'AmazonSQS.SendMessage' },
  body: Buffer.alloc(0),
};

describe('the faults of a run', () => {
  const said: string[] = [];
  const say = (message: string) => void said.push(message);
  const log = { info: say, warn: say, error: say };

  it('are told at start, each in the log, and counted at the end', async () => {
    const written: string[] = [];
    const logs = { write: (group: string, stream: string) => void written.push(`${group} ${stream}`) };
    const { faults: settings } = readFaults(['sqs:*=InternalFailureException@1', 'mqtt:*=reorder@0.5'], {
      seed: '7',
      hasOwnEngine: true,
    });
    const faults = createFaults({ settings, logs, log });
    await expect(faults.calls({ sqs: service })['sqs']?.(request)).rejects.toMatchObject({ status: 500 });
    faults.close();
    await faults.calls({ sqs: service })['sqs']?.(request);
    expect(written).toEqual(['/local/faults seed-7']);
    expect(said).toEqual([
      'Faults will be injected, by the seed 7:\n  sqs:*=InternalFailureException@1\n  mqtt:*=reorder@0.5',
      'Faults by the seed 7: sqs:*=InternalFailureException@1 struck 1 of 1, mqtt:*=reorder@0.5 struck 0 of 0',
    ]);
  });

  it('leave everything as it is when there are none', () => {
    const faults = createFaults({ settings: undefined, logs: { write: say }, log });
    const services = { sqs: service };
    expect(faults.calls(services)).toBe(services);
    expect(faults.ofFunctions).toEqual({});
    expect(faults.ofStreams).toEqual({});
  });
});

describe('a call of the table engine', () => {
  it('is made, and the engine killed soon', async () => {
    let kills = 0;
    const { plan, told } = planOf(['engine=kill']);
    const kill = () => {
      kills += 1;
    };
    expect(await withEngineFaults(service, kill, plan)(request)).toMatchObject({ status: 200 });
    await eventually(async () => expect(kills).toBe(1));
    expect(told).toMatchObject([{ target: 'engine' }]);
  });
});
