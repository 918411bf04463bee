import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from '@jest/globals';
import { expiredPurge, type PurgeRecord } from '../../../shared/domain/purge.ts';
import { aContext } from '../../support/lambda.ts';
import { failing, THROTTLED, useCredentialsFunction } from './credentials-fixture.ts';

const fixture = useCredentialsFunction(() => import('../../../functions/remove-remains/handler.ts'));

const execute = (input: object) => fixture.invoke({ ...input, source: 'execution' }, aContext(60_000));

/** A device whose record is gone, and its certificate's id. */
async function purged(deviceId: string): Promise<{ remains: PurgeRecord; certificateId: string }> {
  const certificateId = await fixture.enrol(deviceId);
  await fixture.decommission(deviceId);
  const { client, tables, store } = fixture.at;
  const remains = expiredPurge((await fixture.at.invalidDevice(deviceId)).record, Date.now());
  const Key = { id: { S: deviceId } };
  await client.send(new DeleteItemCommand({ TableName: tables.invalidDevices, Key }));
  await store.recordPurge(remains, fixture.at);
  return { remains, certificateId };
}

describe('the function remove-remains', () => {
  it('removes what is left of a device, and gives the same receipt again', async () => {
    const { remains, certificateId } = await purged('gone');
    const input = { deviceId: 'gone', purgeId: remains.id };

    const first = await execute(input);

    expect(first).toMatchObject({
      deviceId: 'gone',
      outcome: 'removed',
      receipt: { thing: 'deleted', certificateIds: [certificateId], keptCertificateIds: [] },
    });
    expect(fixture.statusOf(certificateId)).toBeUndefined();
    expect(await execute(input)).toEqual(first);
    expect(fixture.logs()).toMatchObject([
      { message: 'accepted', operation: 'removeRemains', outcome: 'removed', deviceId: 'gone' },
      { message: 'accepted', outcome: 'removed' },
    ]);
  });

  it('leaves what is left of another device alone', async () => {
    const { remains, certificateId } = await purged('another');
    await expect(execute({ deviceId: 'sensor-1', purgeId: remains.id })).rejects.toMatchObject({
      name: 'InvalidInput',
      message: expect.stringContaining('purgeId: must be that of the device'),
    });
    expect(fixture.statusOf(certificateId)).toBeDefined();
  });

  it('leaves a shared certificate to the others', async () => {
    const { remains, certificateId } = await purged('sharing');
    await fixture.share(certificateId);

    expect(await execute({ deviceId: 'sharing', purgeId: remains.id })).toMatchObject({
      receipt: { thing: 'deleted', certificateIds: [], keptCertificateIds: [certificateId] },
    });
    expect(fixture.statusOf(certificateId)).toBe('ACTIVE');
  });

  it('is to be tried again when AWS IoT throttles, and goes on from there', async () => {
    const { remains, certificateId } = await purged('throttled');
    const input = { deviceId: 'throttled', purgeId: remains.id };
    failing(fixture.registry, /^DELETE \/certificates\//, THROTTLED);
    await expect(execute(input)).rejects.toMatchObject({ name: 'Throttled' });

    fixture.registry.decide(() => undefined);
    expect(await execute(input)).toMatchObject({ receipt: { certificateIds: [certificateId] } });
  });

  it.each<[what: string, input: object]>([
    ['no device', { purgeId: 'purge#any#ttl#1' }],
    ['no purge', { deviceId: 'any' }],
    ['the id of a device in place of a purge’s', { deviceId: 'any', purgeId: 'any' }],
  ])('fails with InvalidInput for %s', async (_, input) => {
    await expect(execute(input)).rejects.toMatchObject({ name: 'InvalidInput' });
  });
});
