import { ACCOUNT_ID, OTHER_POLICY, POLICY, REGION } from '@device-lifecycle/test-kit/iot-harness.ts';
import { describe, expect, it } from '@jest/globals';
import { systemClock } from '../../src/clock.ts';
import { EventConfigurations } from '../../src/iot/event-configurations.ts';
import { createIotKeepers } from '../../src/iot/keepers.ts';
import type { IotResources } from '../../src/iot/resources.ts';
import { Shadows } from '../../src/iot/shadows.ts';
import { createIotIdentity } from '../../src/iot-identity.ts';
import { useDataDirectory } from '../support/data-directories.ts';
import { putResources } from '../support/put-resources.ts';

const data = useDataDirectory();

/** What a runtime that starts now has. */
async function start() {
  const { collections } = await data.reopen();
  const options = { region: REGION, accountId: ACCOUNT_ID, clock: systemClock, collections };
  const identity = await createIotIdentity(options, ['localhost', '127.0.0.1']);
  return { ...identity, collections };
}

type Started = Awaited<ReturnType<typeof start>>;

async function addCertificate({ authority, registry }: Started): Promise<string> {
  const { certificatePem } = await authority.issueDeviceCertificate();
  return registry.certificates.add({ certificatePem, status: 'ACTIVE', certificateMode: 'DEFAULT' })
    .certificateId;
}

const RESOURCES: IotResources = {
  thingTypes: [{ logicalId: 'Type', thingTypeName: 'sensor', thingTypeProperties: {}, deprecated: false }],
  thingGroups: [{ logicalId: 'Group', thingGroupName: 'floor', attributes: {} }],
  things: [{ logicalId: 'Thing', thingName: 'gateway', attributes: { colour: 'red' } }],
  policies: [{ logicalId: 'Policy', policyName: 'device', policyDocument: POLICY }],
};

describe('the identity', () => {
  it('is the same after a restart, so that clients go on trusting it, and it issues for the same root', async () => {
    const before = await start();
    const { authority, endpointCertificate } = await start();

    expect(authority.caPem).toBe(before.authority.caPem);
    expect(endpointCertificate).toEqual(before.endpointCertificate);
    const { X509Certificate } = await import('node:crypto');
    const { certificatePem } = await authority.issueDeviceCertificate();
    const root = new X509Certificate(before.authority.caPem);
    expect(new X509Certificate(certificatePem).verify(root.publicKey)).toBe(true);
  });
});

describe('the registry after a restart', () => {
  it('knows certificates with their status, things and policies', async () => {
    const before = await start();
    const certificateId = await addCertificate(before);
    const { registry } = before;
    registry.things.create({ thingName: 'one', attributes: { colour: 'red' } });
    registry.thingPrincipals.attach(certificateId, 'one', 'EXCLUSIVE_THING');
    registry.policies.create('device', POLICY);
    registry.policyAttachments.attach('device', registry.arns.of('cert', certificateId));
    registry.certificates.setStatus(certificateId, 'INACTIVE');

    const after = (await start()).registry;
    expect(after.findCertificate(certificateId)).toMatchObject({ status: 'INACTIVE' });
    expect(after.findThing('one')).toEqual(registry.findThing('one'));
    expect(after.thingsOf(certificateId)).toEqual([
      { thingName: 'one', thingPrincipalType: 'EXCLUSIVE_THING' },
    ]);
    expect(after.thingPrincipals.certificatesOf('one')).toHaveLength(1);
    expect(after.policiesOf(certificateId)).toMatchObject([{ policyName: 'device' }]);
    expect(after.policyAttachments.targetsOf('device')).toHaveLength(1);
  });

  it('knows groups and what is in them, and not what was taken away', async () => {
    const { registry } = await start();
    const thing = registry.things.create({ thingName: 'one', attributes: {} });
    registry.thingTypes.create('sensor', { thingTypeDescription: 'it senses' });
    const groups = ['floor', 'room'].map((thingGroupName) =>
      registry.thingGroups.create({ thingGroupName, attributes: {} }),
    );
    for (const group of groups) registry.memberships.add(thing, group);
    registry.deleteThingGroup('room');

    const after = (await start()).registry;
    expect(after.thingTypes.find('sensor')).toEqual(registry.thingTypes.find('sensor'));
    expect(after.memberships.groupsOf('one')).toEqual([groups[0]]);
    expect(after.thingGroups.find('room')).toBeUndefined();
  });

  it('has forgotten what was detached', async () => {
    const before = await start();
    const { registry } = before;
    const certificateId = await addCertificate(before);
    registry.things.create({ thingName: 'one', attributes: {} });
    registry.policies.create('device', POLICY);
    registry.thingPrincipals.attach(certificateId, 'one', 'NON_EXCLUSIVE_THING');
    registry.policyAttachments.attach('device', registry.arns.of('cert', certificateId));
    registry.thingPrincipals.detach(certificateId, 'one');
    registry.policyAttachments.detachAll(registry.arns.of('cert', certificateId));

    const after = (await start()).registry;
    expect(after.thingsOf(certificateId)).toEqual([]);
    expect(after.policyAttachments.targetsOf('device')).toEqual([]);
  });

  it('numbers what is new after what was there', async () => {
    const first = await addCertificate(await start());
    const after = await start();
    const second = await addCertificate(after);
    expect(after.registry.certificates.all().map((one) => [one.certificateId, one.sequence])).toEqual([
      [first, 0],
      [second, 1],
    ]);
  });

  it('has shadows and the settings of its events', async () => {
    const { collections } = await start();
    const shadows = new Shadows(systemClock, collections);
    shadows.update({ thingName: 'one' }, { state: { desired: { light: 'on' } } });
    shadows.update({ thingName: 'two' }, { state: { desired: { light: 'on' } } });
    shadows.delete({ thingName: 'two' });
    new EventConfigurations(systemClock, collections).update([['THING', true]]);

    const after = await start();
    const kept = new Shadows(systemClock, after.collections);
    expect(kept.get({ thingName: 'one' })).toMatchObject({ state: { desired: { light: 'on' } }, version: 1 });
    expect(() => kept.get({ thingName: 'two' })).toThrow('No shadow exists');
    // A new one counts on from the one that was deleted.
    const { documents } = kept.update({ thingName: 'two' }, { state: { desired: {} } });
    expect(documents).toMatchObject({ current: { version: 2 } });
    expect(new EventConfigurations(systemClock, after.collections).isEnabled('THING')).toBe(true);
  });
});

describe("the template's part of the registry", () => {
  async function deploy(iotRegistry: IotResources) {
    const { registry } = await start();
    await putResources(createIotKeepers(registry), { iotRegistry });
    return registry;
  }

  it('keeps all versions of a policy where its next one is refused', async () => {
    const registry = await deploy(RESOURCES);
    for (let count = 1; count < 5; count += 1) registry.policies.createVersion('device', OTHER_POLICY, false);
    const [policy] = RESOURCES.policies;
    const put = createIotKeepers(registry).policies.put({ ...policy, policyDocument: '{' } as never);
    await expect(put).rejects.toMatchObject({ code: 'MalformedPolicyException' });
    expect(registry.policies.get('device').versions).toHaveLength(5);
  });

  it('is changed where the template has changed', async () => {
    await deploy(RESOURCES);
    const after = await deploy({
      thingTypes: [{ logicalId: 'Type', thingTypeName: 'sensor', thingTypeProperties: {}, deprecated: true }],
      thingGroups: [{ logicalId: 'Group', thingGroupName: 'floor', attributes: { of: 'house' } }],
      things: [{ logicalId: 'Thing', thingName: 'gateway', attributes: { colour: 'blue' } }],
      policies: [{ logicalId: 'Policy', policyName: 'device', policyDocument: OTHER_POLICY }],
    });

    expect(after.thingTypes.get('sensor').deprecationDateMs).toBeDefined();
    expect(after.thingGroups.get('floor').attributes).toEqual({ of: 'house' });
    expect(after.findThing('gateway')?.attributes).toEqual({ colour: 'blue' });
    expect(after.policies.get('device').versions.at(-1)).toMatchObject({ policyDocument: OTHER_POLICY });
    expect(after.policies.get('device').defaultVersionId).toBe('2');
  });

  it('makes room for a new version of a policy that has as many as there may be', async () => {
    const registry = await deploy(RESOURCES);
    for (let version = 2; version <= 5; version += 1) {
      registry.policies.createVersion('device', POLICY, version === 2);
    }
    const policies = [{ logicalId: 'Policy', policyName: 'device', policyDocument: OTHER_POLICY }];
    const after = (await deploy({ ...RESOURCES, policies })).policies.get('device');
    expect(after.versions.map(({ versionId }) => versionId)).toEqual(['2', '3', '4', '5', '6']);
    expect(after.defaultVersionId).toBe('6');
  });

  it('is refused where a group would get another parent', async () => {
    await deploy(RESOURCES);
    const thingGroups = [
      { logicalId: 'House', thingGroupName: 'house', attributes: {} },
      { logicalId: 'Group', thingGroupName: 'floor', parentGroupName: 'house', attributes: {} },
    ];
    await expect(deploy({ ...RESOURCES, thingGroups })).rejects.toThrow(
      'The parent of floor cannot be changed',
    );
  });

  it('is removed: a thing type at once, a policy with its versions, but none that is attached', async () => {
    const registry = await deploy(RESOURCES);
    const keepers = createIotKeepers(registry);
    const [thingTypes, things, policies] = [RESOURCES.thingTypes, RESOURCES.things, RESOURCES.policies];
    registry.policies.createVersion('device', OTHER_POLICY, true);
    const group = registry.arns.of('thinggroup', 'floor');
    registry.policyAttachments.attach('device', group);
    for (const policy of policies) {
      await expect(keepers.policies.remove(policy)).rejects.toMatchObject({
        code: 'DeleteConflictException',
      });
      expect(registry.policies.get('device').versions).toHaveLength(2);
      registry.policyAttachments.detach('device', group);
      await keepers.policies.remove(policy);
    }
    for (const thing of things) await keepers.things.remove(thing);
    for (const type of thingTypes) await keepers.thingTypes.remove(type);
    for (const type of thingTypes) await keepers.thingTypes.remove(type);
    expect([registry.policies.all(), registry.things.all(), registry.thingTypes.all()]).toEqual([[], [], []]);
  });
});
