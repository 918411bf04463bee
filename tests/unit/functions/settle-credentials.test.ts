import { describe, expect, it } from '@jest/globals';
import { aContext } from '../../support/lambda.ts';
import {
  DENIED,
  DESCRIPTIONS,
  failing,
  THROTTLED,
  UPDATES,
  useCredentialsFunction,
} from './credentials-fixture.ts';

const fixture = useCredentialsFunction(() => import('../../../functions/settle-credentials/handler.ts'));

const execute = (input: object, context = aContext()) =>
  fixture.invoke(
    { requestId: 'execution-1', correlationId: 'arn:execution', ...input, source: 'execution' },
    context,
  );

/** A device that was decommissioned a moment ago; its certificate's id. */
async function moved(deviceId: string): Promise<string> {
  const certificateId = await fixture.enrol(deviceId);
  await fixture.decommission(deviceId);
  return certificateId;
}

describe('the function settle-credentials', () => {
  it('turns the certificates of a decommissioned device off, drops its session, and says so', async () => {
    const certificateId = await moved('off');
    const facts = { certificateIds: [certificateId], sharedCertificateIds: [] };

    expect(await execute({ deviceId: 'off' })).toEqual({
      deviceId: 'off',
      credentials: 'inactive',
      outcome: 'inactive',
      ...facts,
    });

    expect(fixture.statusOf(certificateId)).toBe('INACTIVE');
    expect(fixture.dropped()).toEqual(['off']);
    const record = await fixture.at.read('invalidDevices', 'off');
    expect(record).toMatchObject({ credentials: 'inactive' });
    expect(record).not.toHaveProperty('pendingSince');
    expect(fixture.logs()).toMatchObject([
      {
        level: 'INFO',
        message: 'accepted',
        operation: 'settleCredentials',
        outcome: 'inactive',
        deviceId: 'off',
        requestId: 'execution-1',
        correlationId: 'arn:execution',
        ...facts,
      },
    ]);
    expect(fixture.metrics()).toMatchObject([{ Accepted: 1, operation: 'settleCredentials' }]);
  });

  it('turns them on again after a restore', async () => {
    const certificateId = await moved('back');
    await execute({ deviceId: 'back' });
    await fixture.restore('back');

    expect(await execute({ deviceId: 'back' })).toMatchObject({
      credentials: 'active',
      outcome: 'active',
      certificateIds: [certificateId],
    });

    expect(fixture.statusOf(certificateId)).toBe('ACTIVE');
    expect(await fixture.at.read('devices', 'back')).not.toHaveProperty('credentialsWork');
  });

  it('answers the same when it is repeated, and changes nothing', async () => {
    await moved('twice');
    const answer = await execute({ deviceId: 'twice' });
    const record = await fixture.at.read('invalidDevices', 'twice');
    failing(fixture.registry, /./, DENIED);
    fixture.dropped();

    expect(await execute({ deviceId: 'twice' })).toEqual(answer);

    expect(fixture.dropped()).toEqual([]);
    expect(await fixture.at.read('invalidDevices', 'twice')).toEqual(record);
  });

  it('finds the certificates of a device that has never told one', async () => {
    const certificateId = await fixture.enrol('silent');
    const { record } = await fixture.at.device('silent');
    await fixture.at.put('devices', { ...record, certificateIds: [] });
    await fixture.decommission('silent');

    expect(await execute({ deviceId: 'silent' })).toMatchObject({ certificateIds: [certificateId] });

    expect(fixture.statusOf(certificateId)).toBe('INACTIVE');
  });

  it('leaves a shared certificate on, and reports it', async () => {
    const certificateId = await moved('sharing');
    await fixture.share(certificateId);
    const facts = { certificateIds: [], sharedCertificateIds: [certificateId] };

    expect(await execute({ deviceId: 'sharing' })).toMatchObject(facts);

    expect(fixture.statusOf(certificateId)).toBe('ACTIVE');
    expect(fixture.logs()).toMatchObject([{ message: 'accepted', ...facts }]);
  });

  it('takes a device without a connection for one that is cut off', async () => {
    await moved('asleep');
    fixture.iotData.reply({
      status: 404,
      headers: { 'x-amzn-errortype': 'ResourceNotFoundException' },
      body: { message: 'no such connection' },
    });
    expect(await execute({ deviceId: 'asleep' })).toMatchObject({ credentials: 'inactive' });
  });

  it('takes the request id of Lambda when somebody invokes it by hand', async () => {
    await moved('by-hand');
    await fixture.invoke({ deviceId: 'by-hand' });
    const requestId = aContext().awsRequestId;
    expect(fixture.logs()).toMatchObject([{ requestId, correlationId: requestId }]);
  });

  it.each<[what: string, input: object]>([
    ['no device', {}],
    ['no text for a device', { deviceId: 5 }],
    ['what is no device id', { deviceId: 'serialNumber#1' }],
    ['an option that it does not have', { deviceId: 'any', force: true }],
    ['a request id that is no text', { deviceId: 'any', requestId: 1 }],
  ])('fails with InvalidInput for %s, and asks nobody', async (_, input) => {
    fixture.tables.decide(() => ({ status: 500, code: 'Unasked' }));
    await expect(execute(input)).rejects.toMatchObject({ name: 'InvalidInput' });
    expect(fixture.logs()).toMatchObject([{ level: 'WARN', message: 'rejected', code: 'InvalidInput' }]);
    expect(fixture.metrics()).toMatchObject([{ Rejected: 1 }]);
  });

  it('refuses a device that nobody knows', async () => {
    await expect(execute({ deviceId: 'ghost' })).rejects.toMatchObject({ name: 'DeviceNotFound' });
    expect(fixture.logs()).toMatchObject([
      { message: 'rejected', code: 'DeviceNotFound', deviceId: 'ghost' },
    ]);
    expect(fixture.metrics()).toMatchObject([{ Rejected: 1 }]);
  });
});

describe('the function settle-credentials, to be tried again', () => {
  it('fails as Throttled when AWS IoT goes on throttling, and lets go of the device', async () => {
    const certificateId = await moved('throttled');
    failing(fixture.registry, UPDATES, THROTTLED);

    await expect(execute({ deviceId: 'throttled' })).rejects.toMatchObject({ name: 'Throttled' });

    expect(fixture.logs()).toMatchObject([{ level: 'ERROR', message: 'failed', code: 'Throttled' }]);
    expect(fixture.metrics()).toMatchObject([{ Failed: 1, operation: 'settleCredentials' }]);
    expect(await fixture.at.read('invalidDevices', 'throttled')).toMatchObject({ credentials: 'pending' });
    fixture.registry.decide(() => undefined);
    expect(await execute({ deviceId: 'throttled' })).toMatchObject({ certificateIds: [certificateId] });
    expect(fixture.statusOf(certificateId)).toBe('INACTIVE');
  });

  it('bears a throttle that passes', async () => {
    const certificateId = await moved('patient');
    failing(fixture.registry, UPDATES, THROTTLED, 1);
    expect(await execute({ deviceId: 'patient' })).toMatchObject({ credentials: 'inactive' });
    expect(fixture.statusOf(certificateId)).toBe('INACTIVE');
  });

  it('fails as ServiceUnavailable while AWS IoT is out of order', async () => {
    const certificateId = await moved('registry-down');
    failing(fixture.registry, DESCRIPTIONS, { status: 503, code: 'ServiceUnavailableException' });
    const attempt = execute({ deviceId: 'registry-down' });
    await expect(attempt).rejects.toMatchObject({ name: 'ServiceUnavailable' });
    expect(fixture.statusOf(certificateId)).toBe('ACTIVE');
  });

  it('is not done before the session is dropped', async () => {
    await moved('clinging');
    fixture.iotData.reply({
      status: 500,
      headers: { 'x-amzn-errortype': 'InternalFailureException' },
      body: { message: 'out of order' },
    });
    const attempt = execute({ deviceId: 'clinging' });
    await expect(attempt).rejects.toMatchObject({ name: 'ServiceUnavailable' });
    expect(await fixture.at.read('invalidDevices', 'clinging')).toMatchObject({ credentials: 'pending' });
  });

  it('leaves a device alone that somebody else works on', async () => {
    const certificateId = await moved('leased');
    const { record } = await fixture.at.invalidDevice('leased');
    const lease = { id: 'of another', until: Date.now() + 60_000 };
    await fixture.at.put('invalidDevices', { ...record, credentialsWork: { lease } });

    await expect(execute({ deviceId: 'leased' })).rejects.toMatchObject({ name: 'CredentialsBusy' });

    expect(fixture.statusOf(certificateId)).toBe('ACTIVE');
    const credentialsWork = { lease };
    expect(await fixture.at.read('invalidDevices', 'leased')).toMatchObject({ credentialsWork });
  });

  it('fails under the name that AWS IoT gives it, for what no other try mends', async () => {
    await moved('denied');
    failing(fixture.registry, UPDATES, DENIED);
    await expect(execute({ deviceId: 'denied' })).rejects.toMatchObject({ name: DENIED.code });
    expect(fixture.logs()).toMatchObject([{ message: 'failed', code: DENIED.code, deviceId: 'denied' }]);
  });

  /** What is left when the function has begun, less what it keeps for its answer. */
  const shortOfTime = aContext(3_500 + 200);

  it('gives up at its deadline, when DynamoDB does not answer', async () => {
    await moved('hanging');
    fixture.tables.decide(() => 'noAnswer');
    const attempt = execute({ deviceId: 'hanging' }, shortOfTime);
    await expect(attempt).rejects.toMatchObject({ name: 'ServiceUnavailable' });
    expect(fixture.logs()).toMatchObject([{ message: 'failed', code: 'ServiceUnavailable' }]);
  });

  it('gives up at its deadline, when DynamoDB goes on throttling', async () => {
    await moved('busy-tables');
    fixture.tables.decide(() => ({ status: 400, code: 'ProvisionedThroughputExceededException' }));
    const attempt = execute({ deviceId: 'busy-tables' }, shortOfTime);
    await expect(attempt).rejects.toMatchObject({
      name: expect.stringMatching(/^(Throttled|ServiceUnavailable)$/),
    });
  });
});
