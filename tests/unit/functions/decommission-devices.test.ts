import { aDevice } from '@device-lifecycle/test-kit/devices.ts';
import { describe, expect, it } from '@jest/globals';
import { useFunction } from './function-fixture.ts';

const fixture = useFunction(() => import('../../../functions/decommission-devices/handler.ts'));

const SOURCE = { bucket: 'fleet', key: 'sources/lot-7.csv' };
const EXECUTION = {
  requestId: 'execution-1',
  requestedAt: 1_000,
  correlationId: 'arn:execution',
  source: 'execution',
};
const INPUT = { source: SOURCE, reason: 'recall', requestedBy: 'operator' };
const check = (input: unknown) => fixture.invoke({ ...EXECUTION, check: input });
const move = (devices: readonly unknown[], changes: object = {}) =>
  fixture.invoke({
    ...EXECUTION,
    requestedAt: Date.now(),
    reason: 'recall',
    requestedBy: 'operator',
    devices,
    ...changes,
  });

describe('the function decommission-devices, for the input of an execution', () => {
  it('says what its state machine goes on with, by default', async () => {
    expect(await check(INPUT)).toEqual({
      outcome: 'checked',
      source: SOURCE,
      format: 'csv',
      maxConcurrency: 10,
      toleratedFailurePercentage: 10,
      batch: { ...EXECUTION, reason: 'recall', requestedBy: 'operator' },
    });
  });

  it('takes over what the input says', async () => {
    const options = { retentionDays: 7, dryRun: true, requestId: 'request-1', correlationId: 'ticket-1' };
    const limits = { maxConcurrency: 50, toleratedFailurePercentage: 0 };
    const source = { bucket: 'fleet', key: 'stale/execution-1/list.jsonl' };
    expect(await check({ ...INPUT, ...options, ...limits, source })).toEqual({
      outcome: 'checked',
      source,
      format: 'jsonl',
      ...limits,
      batch: { ...EXECUTION, reason: 'recall', requestedBy: 'operator', ...options },
    });
  });

  it.each<[problem: string, input: unknown]>([
    ['reason: is missing', { ...INPUT, reason: undefined }],
    ['source: is missing', { ...INPUT, source: undefined }],
    ['source.bucket: must be fleet', { ...INPUT, source: { ...SOURCE, bucket: 'other' } }],
    [
      'source.key: must begin with sources/ or stale/',
      { ...INPUT, source: { ...SOURCE, key: 'results/1.csv' } },
    ],
    ['source.key: must end in .csv or .jsonl', { ...INPUT, source: { ...SOURCE, key: 'sources/1.xlsx' } }],
    ['unknown: dryrun', { ...INPUT, dryrun: true }],
    ['toleratedFailurePercentage: ', { ...INPUT, toleratedFailurePercentage: 101 }],
    ['maxConcurrency: ', { ...INPUT, maxConcurrency: 0 }],
    ['legalHold keeps a record without end', { ...INPUT, legalHold: true, retentionDays: 1 }],
    ['must be of the type object', 'lot-7.csv'],
  ])('fails with InvalidInput that says “%s”', async (problem, input) => {
    await expect(check(input)).rejects.toMatchObject({
      name: 'InvalidInput',
      message: expect.stringContaining(problem),
    });
  });
});

describe('the function decommission-devices, for a batch', () => {
  it('moves its devices, and says what became of each', async () => {
    await fixture.at.store.register(aDevice({ id: 'sensor-1' }), fixture.at);
    const outcomes = await move([{ deviceId: 'sensor-1' }, { deviceId: 'nobody' }, {}]);
    expect(outcomes).toEqual([
      { deviceId: 'sensor-1', outcome: 'decommissioned', ttl: expect.any(Number) },
      {
        deviceId: 'nobody',
        outcome: 'failed',
        error: 'DeviceNotFound',
        message: expect.any(String),
        retryable: false,
      },
      {
        deviceId: '',
        outcome: 'failed',
        error: 'InvalidInput',
        message: expect.any(String),
        retryable: false,
      },
    ]);
    expect(await fixture.at.read('invalidDevices', 'sensor-1')).toMatchObject({
      decommission: {
        reason: 'recall',
        requestedBy: 'operator',
        requestId: 'execution-1',
        correlationId: 'arn:execution',
        source: 'execution',
      },
    });
  });

  it('moves nothing in a dry run', async () => {
    await fixture.at.store.register(aDevice({ id: 'sensor-2' }), fixture.at);
    expect(await move([{ deviceId: 'sensor-2' }], { dryRun: true })).toEqual([
      { deviceId: 'sensor-2', outcome: 'wouldDecommission', certificates: 0 },
    ]);
    expect(await fixture.at.read('devices', 'sensor-2')).toBeDefined();
  });

  it.each([
    ['no devices', undefined],
    ['devices that are no list', 'sensor-1'],
  ])('fails as a whole for %s', async (_, devices) => {
    await expect(move(devices as unknown as [])).rejects.toMatchObject({ name: 'InvalidInput' });
  });
});
