import { aDevice } from '@device-lifecycle/test-kit/devices.ts';
import { describe, expect, it } from '@jest/globals';
import { epochSeconds } from '../../../shared/domain/retention.ts';
import { aRuleEvent } from '../../support/lambda.ts';
import { STATE_MACHINE_ARN, useFunction } from './function-fixture.ts';

const fixture = useFunction(() => import('../../../functions/decommission-device/handler.ts'));

const register = (id: string, changes = {}) =>
  fixture.at.store.register(aDevice({ id, serialNumber: `SN-${id}`, ...changes }), fixture.at);
const publish = (deviceId: string, payload: unknown = {}) =>
  fixture.invoke(aRuleEvent(payload, { deviceId, operation: 'decommission' }));
const execute = (input: object) =>
  fixture.invoke({
    requestId: 'execution-1',
    requestedAt: Date.now(),
    correlationId: 'arn:execution',
    requestedBy: 'operator',
    reason: 'worn out',
    ...input,
    source: 'execution',
  });

describe('the function decommission-device, for a device', () => {
  it('moves it at once, and tells it', async () => {
    await register('self');
    await publish('self', { requestId: 'request-1', reason: 'battery' });
    const [answer] = fixture.published();
    expect(answer).toMatchObject({
      topic: 'devices/self/decommission/accepted',
      document: {
        deviceId: 'self',
        outcome: 'decommissioned',
        credentials: 'pending',
        requestId: 'request-1',
      },
    });
    const days = (Number(answer?.document['ttl']) - epochSeconds(Date.now())) / 86_400;
    expect(days).toBeCloseTo(30, 2);
    const decommission = { reason: 'battery', requestedBy: 'self', requestId: 'request-1', source: 'device' };
    expect(await fixture.at.read('invalidDevices', 'self')).toMatchObject({ decommission });
    expect(fixture.states.take()).toEqual([]);
  });

  it('starts an execution when it is for later, and moves nothing', async () => {
    await register('later');
    const notBefore = epochSeconds(Date.now()) + 3_600;
    await publish('later', { requestId: 'request-1', notBefore });
    const document = { outcome: 'scheduled', notBefore, requestId: 'request-1' };
    expect(fixture.published()).toMatchObject([{ topic: 'devices/later/decommission/accepted', document }]);
    const [call] = fixture.states.take();
    expect(call?.target).toBe('AWSStepFunctions.StartExecution');
    const { stateMachineArn, name, input } = JSON.parse(call?.body ?? '{}');
    expect({ stateMachineArn, name }).toEqual({
      stateMachineArn: STATE_MACHINE_ARN,
      name: expect.stringMatching(/^scheduled-/),
    });
    expect(JSON.parse(input)).toEqual({
      deviceId: 'later',
      reason: 'requested by the device',
      requestedBy: 'later',
      requestId: 'request-1',
      notBefore,
      correlationId: 'trace-1',
    });
    expect(await fixture.at.read('devices', 'later')).toBeDefined();
  });

  it('accepts a repetition whose execution has been started, even when it has ended', async () => {
    await register('twice');
    fixture.states.reply({
      status: 400,
      headers: { 'x-amzn-errortype': 'ExecutionAlreadyExists' },
      body: { __type: 'ExecutionAlreadyExists', message: 'Execution Already Exists' },
    });
    await publish('twice', { notBefore: epochSeconds(Date.now()) + 3_600 });
    expect(fixture.published()).toMatchObject([{ document: { outcome: 'scheduled' } }]);
  });

  it('is tried again when the execution cannot be started, and promises nothing', async () => {
    await register('unlucky');
    fixture.states.reply({ status: 400, body: { __type: 'StateMachineDoesNotExist', message: 'gone' } });
    const attempt = publish('unlucky', { notBefore: epochSeconds(Date.now()) + 3_600 });
    await expect(attempt).rejects.toMatchObject({ name: 'StateMachineDoesNotExist' });
    expect(fixture.published()).toEqual([]);
  });

  it.each([
    { retentionDays: 1 },
    { legalHold: true },
    { notBefore: 1.5 },
    { notBefore: 'soon' },
    { reason: '' },
  ])('leaves %p to operators, or to nobody', async (payload) => {
    await register('self-willed');
    await publish('self-willed', payload);
    expect(fixture.published()).toMatchObject([{ document: { code: 'InvalidInput' } }]);
    expect(await fixture.at.read('devices', 'self-willed')).toBeDefined();
  });
});

describe('the function decommission-device, for an execution', () => {
  it('moves the device and returns what became of it', async () => {
    await register('worn', { type: 'camera' });
    const answer = await execute({ deviceId: 'worn', retentionDays: 0.5 });
    expect(answer).toEqual({
      deviceId: 'worn',
      outcome: 'decommissioned',
      ttl: expect.any(Number),
      credentials: 'pending',
    });
    const decommission = { requestedBy: 'operator', requestId: 'execution-1', source: 'execution' };
    expect(await fixture.at.read('invalidDevices', 'worn')).toMatchObject({ decommission });
    expect(fixture.published()).toEqual([]);
  });

  it('says that it is not time yet, and starts nothing', async () => {
    await register('patient');
    const notBefore = epochSeconds(Date.now()) + 3_600;
    expect(await execute({ deviceId: 'patient', notBefore })).toMatchObject({
      outcome: 'scheduled',
      notBefore,
    });
    expect(fixture.states.take()).toEqual([]);
  });

  it('holds a device without end', async () => {
    await register('evidence');
    expect(await execute({ deviceId: 'evidence', legalHold: true })).not.toHaveProperty('ttl');
  });

  it('fails with the name of what is wrong', async () => {
    await expect(execute({ deviceId: 'ghost' })).rejects.toMatchObject({ name: 'DeviceNotFound' });
  });

  it.each<[what: string, input: object]>([
    ['no device', {}],
    ['no reason', { deviceId: 'any', reason: undefined }],
    ['nobody who asks', { deviceId: 'any', requestedBy: undefined }],
    ['no retention', { deviceId: 'any', retentionDays: 0 }],
    ['a retention of more than a hundred years', { deviceId: 'any', retentionDays: 36_501 }],
    ['both a hold and a retention', { deviceId: 'any', retentionDays: 1, legalHold: true }],
    ['a misspelt option', { deviceId: 'any', legalhold: true }],
    ['a device’s message in its input', aRuleEvent({}, { operation: 'decommission' })],
  ])('fails with InvalidInput for %s', async (_, input) => {
    await expect(execute(input)).rejects.toMatchObject({ name: 'InvalidInput' });
    expect(fixture.published()).toEqual([]);
  });
});
