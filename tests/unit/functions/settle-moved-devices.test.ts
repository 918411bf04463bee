import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import type { TableName } from '@device-lifecycle/test-kit/store-fixture.ts';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { expiredPurge } from '../../../shared/domain/purge.ts';
import { aContext } from '../../support/lambda.ts';
import {
  DENIED,
  DESCRIPTIONS,
  failing,
  THROTTLED,
  UPDATES,
  useCredentialsFunction,
} from './credentials-fixture.ts';

const fixture = useCredentialsFunction(() => import('../../../functions/settle-moved-devices/handler.ts'));

const sequenceNumberOf = (deviceId: string) => `1000-${deviceId}`;
const eventIdOf = (deviceId: string) => `event-${deviceId}`;

/** The insertion of a device's record into a table, as its stream tells it. */
async function insertion(table: TableName, deviceId: string): Promise<object> {
  return {
    eventID: eventIdOf(deviceId),
    eventName: 'INSERT',
    eventSource: 'aws:dynamodb',
    dynamodb: {
      SequenceNumber: sequenceNumberOf(deviceId),
      Keys: { id: { S: deviceId } },
      NewImage: await fixture.at.readItem(table, deviceId),
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    },
  };
}

/** A device that was decommissioned a moment ago: its certificate's id, and what the stream tells. */
async function moved(deviceId: string) {
  const certificateId = await fixture.enrol(deviceId);
  await fixture.decommission(deviceId);
  return { certificateId, record: await insertion('invalidDevices', deviceId) };
}

const invoke = (records: readonly object[], context = aContext()) =>
  fixture.invoke({ Records: records }, context);
const failedFrom = (deviceId: string) => ({
  batchItemFailures: [{ itemIdentifier: sequenceNumberOf(deviceId) }],
});
const NO_FAILURE = { batchItemFailures: [] };
const credentialsOf = async (deviceId: string) =>
  (await fixture.at.read('invalidDevices', deviceId))?.['credentials'];

describe('the function settle-moved-devices', () => {
  it('turns off the certificates of the devices that have moved, and says so of each', async () => {
    const one = await moved('one');
    const other = await moved('other');

    expect(await invoke([one.record, other.record])).toEqual(NO_FAILURE);

    expect(fixture.dropped()).toEqual(['one', 'other']);
    for (const { certificateId } of [one, other]) expect(fixture.statusOf(certificateId)).toBe('INACTIVE');
    expect([await credentialsOf('one'), await credentialsOf('other')]).toEqual(['inactive', 'inactive']);
    const line = (deviceId: string, certificateId: string) => ({
      level: 'INFO',
      message: 'accepted',
      operation: 'settleCredentials',
      outcome: 'inactive',
      deviceId,
      requestId: eventIdOf(deviceId),
      certificateIds: [certificateId],
      sharedCertificateIds: [],
    });
    expect(fixture.logs()).toMatchObject([
      line('one', one.certificateId),
      line('other', other.certificateId),
    ]);
    expect(fixture.metrics()).toMatchObject([{ Accepted: 1 }, { Accepted: 1 }]);
  });

  it('turns them on again when the device has moved back', async () => {
    const { certificateId, record } = await moved('back');
    await invoke([record]);
    await fixture.restore('back');

    expect(await invoke([await insertion('devices', 'back')])).toEqual(NO_FAILURE);

    expect(fixture.statusOf(certificateId)).toBe('ACTIVE');
    expect(await fixture.at.read('devices', 'back')).not.toHaveProperty('pendingSince');
  });

  it('looks at the device as it is now, not as the record tells it', async () => {
    const { certificateId, record } = await moved('late');
    await invoke([record]);
    await fixture.restore('late');
    await invoke([record]);
    expect(fixture.statusOf(certificateId)).toBe('ACTIVE');
  });

  it('changes nothing when a record comes again', async () => {
    const { record } = await moved('twice');
    await invoke([record]);
    const before = await fixture.at.read('invalidDevices', 'twice');
    fixture.dropped();
    failing(fixture.registry, /./, DENIED);

    expect(await invoke([record])).toEqual(NO_FAILURE);

    expect(fixture.dropped()).toEqual([]);
    expect(await fixture.at.read('invalidDevices', 'twice')).toEqual(before);
  });

  it('notes what is left of a device whose record DynamoDB has removed, once', async () => {
    const { certificateId } = await moved('expired');
    const { record } = await fixture.at.invalidDevice('expired');
    const removal = {
      eventID: eventIdOf('expired'),
      eventName: 'REMOVE',
      userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
      dynamodb: {
        SequenceNumber: sequenceNumberOf('expired'),
        Keys: { id: { S: 'expired' } },
        OldImage: await fixture.at.readItem('invalidDevices', 'expired'),
        ApproximateCreationDateTime: 1_780_000_060,
      },
    };

    expect(await invoke([removal, removal])).toEqual(NO_FAILURE);

    const { id } = expiredPurge(record, 0);
    expect(await fixture.at.store.readPurge(id, fixture.at)).toMatchObject({
      deviceId: 'expired',
      device: { certificateIds: [certificateId] },
      purge: { source: 'ttl', at: 1_780_000_060_000 },
    });
    expect(fixture.logs()).toMatchObject([
      { operation: 'recordPurge', outcome: 'expired', deviceId: 'expired' },
      { operation: 'recordPurge', outcome: 'expired' },
    ]);
  });

  it('ties its lines to the request that moved the device', async () => {
    await fixture.enrol('traced');
    const correlationId = 'arn:execution';
    await fixture.at.decommission('traced', { decommission: { correlationId } });
    await invoke([await insertion('invalidDevices', 'traced')]);
    expect(fixture.logs()).toMatchObject([{ correlationId, requestId: eventIdOf('traced') }]);
  });

  it('has nothing to do for a batch without records', async () => {
    expect(await invoke([])).toEqual(NO_FAILURE);
    expect(fixture.logs()).toEqual([]);
  });

  it.each<[what: string, event: unknown]>([
    ['no event of a stream', {}],
    ['a record without a key', { Records: [{ eventID: '1', dynamodb: { SequenceNumber: '1', Keys: {} } }] }],
    [
      'a record without a sequence number',
      { Records: [{ eventID: '1', dynamodb: { Keys: { id: { S: 'a' } } } }] },
    ],
  ])('fails as a whole for %s, so that Lambda divides the batch and keeps it', async (_, event) => {
    await expect(fixture.invoke(event)).rejects.toMatchObject({ name: 'InvalidInput' });
  });
});

describe('a batch of settle-moved-devices', () => {
  let certificates: Record<'first' | 'second' | 'third', string>;
  let records: readonly object[];
  let round = 0;
  const idOf = (position: string) => `${position}-${round}`;

  beforeEach(async () => {
    round += 1;
    const [first, second, third] = [
      await moved(idOf('first')),
      await moved(idOf('second')),
      await moved(idOf('third')),
    ];
    records = [first.record, second.record, third.record];
    certificates = {
      first: first.certificateId,
      second: second.certificateId,
      third: third.certificateId,
    };
  });

  const states = () => Promise.all(['first', 'second', 'third'].map((name) => credentialsOf(idOf(name))));
  const updatesOf = (certificateId: string) => new RegExp(`^PUT /certificates/${certificateId}`);

  it('is tried again from the first record on that fails', async () => {
    failing(fixture.registry, updatesOf(certificates.second), DENIED);

    expect(await invoke(records)).toEqual(failedFrom(idOf('second')));

    expect(await states()).toEqual(['inactive', 'pending', 'pending']);
    expect(fixture.dropped()).toEqual([idOf('first')]);
    expect(fixture.logs()).toMatchObject([
      { level: 'INFO', message: 'accepted', deviceId: idOf('first') },
      { level: 'ERROR', message: 'failed', code: DENIED.code, deviceId: idOf('second') },
    ]);
    expect(fixture.metrics()).toMatchObject([{ Accepted: 1 }, { Failed: 1 }]);

    fixture.registry.decide(() => undefined);
    expect(await invoke(records.slice(1))).toEqual(NO_FAILURE);
    expect(await states()).toEqual(['inactive', 'inactive', 'inactive']);
  });

  it('ends without a failure when AWS IoT goes on throttling: the reconciler gets to the rest', async () => {
    failing(fixture.registry, updatesOf(certificates.second), THROTTLED);

    expect(await invoke(records)).toEqual(NO_FAILURE);

    expect(await states()).toEqual(['inactive', 'pending', 'pending']);
    expect(fixture.logs()).toMatchObject([
      { message: 'accepted', deviceId: idOf('first') },
      { level: 'INFO', message: 'deferred', code: 'Throttled', deviceId: idOf('second') },
    ]);
    expect(fixture.metrics()).toMatchObject([{ Accepted: 1 }, { Deferred: 1 }]);
    const { record } = await fixture.at.invalidDevice(idOf('second'));
    expect(record.credentialsWork).not.toHaveProperty('lease');
    expect(record).toHaveProperty('pendingSince');
  });

  it('bears a throttle that passes', async () => {
    failing(fixture.registry, UPDATES, THROTTLED, 1);
    expect(await invoke(records)).toEqual(NO_FAILURE);
    expect(await states()).toEqual(['inactive', 'inactive', 'inactive']);
  });

  it('ends without a failure while AWS IoT is out of order', async () => {
    failing(fixture.registry, DESCRIPTIONS, { status: 500, code: 'InternalFailureException' });

    expect(await invoke(records)).toEqual(NO_FAILURE);

    expect(await states()).toEqual(['pending', 'pending', 'pending']);
    expect(fixture.logs()).toMatchObject([{ message: 'deferred', code: 'ServiceUnavailable' }]);
  });

  it('goes past a device that somebody else works on', async () => {
    const { record } = await fixture.at.invalidDevice(idOf('second'));
    const lease = { id: 'of an execution', until: Date.now() + 60_000 };
    await fixture.at.put('invalidDevices', { ...record, credentialsWork: { lease } });

    expect(await invoke(records)).toEqual(NO_FAILURE);

    expect(await states()).toEqual(['inactive', 'pending', 'inactive']);
    expect(fixture.logs()).toMatchObject([
      { message: 'accepted' },
      { message: 'deferred', code: 'CredentialsBusy', deviceId: idOf('second') },
      { message: 'accepted' },
    ]);
  });

  it('goes past a device that is gone', async () => {
    const { tables, client } = fixture.at;
    const Key = { id: { S: idOf('second') } };
    await client.send(new DeleteItemCommand({ TableName: tables.invalidDevices, Key }));

    expect(await invoke(records)).toEqual(NO_FAILURE);

    expect(await states()).toEqual(['inactive', undefined, 'inactive']);
    expect(fixture.logs()).toMatchObject([
      { message: 'accepted' },
      { level: 'WARN', message: 'rejected', code: 'DeviceNotFound', deviceId: idOf('second') },
      { message: 'accepted' },
    ]);
    expect(fixture.metrics()).toMatchObject([{ Accepted: 1 }, { Rejected: 1 }, { Accepted: 1 }]);
  });

  it('ends without a failure at its deadline, when DynamoDB does not answer', async () => {
    fixture.tables.decide(() => 'noAnswer');

    expect(await invoke(records, aContext(3_500 + 200))).toEqual(NO_FAILURE);

    expect(await states()).toEqual(['pending', 'pending', 'pending']);
    expect(fixture.logs()).toMatchObject([
      { message: 'deferred', code: 'ServiceUnavailable', deviceId: idOf('first') },
    ]);
  });
});
