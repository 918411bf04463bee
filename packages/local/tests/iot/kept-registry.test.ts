import { ACCOUNT_ID, OTHER_POLICY, POLICY, REGION } from '@device-lifecycle/test-kit/iot-harness.ts';
import { describe, expect, it } from '@jest/globals';
import { systemClock } from '../../src/clock.ts';
import { createIotIdentity } from '../../src/iot/identity.ts';
import { Shadows } from '../../src/iot/shadows.ts';
import { useDataDirectory } from '../support/data-directories.ts';

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
    registry.things.create('one', { colour: 'red' });
    registry.thingPrincipals.attach(certificateId, 'one', 'EXCLUSIVE_THING');
    registry.policies.create('device', POLICY);
    registry.policies.attach('device', registry.arns.of('cert', certificateId));
    registry.certificates.setStatus(certificateId, 'INACTIVE');

    const after = (await start()).registry;
    expect(after.findCertificate(certificateId)).toMatchObject({ status: 'INACTIVE' });
    expect(after.findThing('one')).toEqual(registry.findThing('one'));
    expect(after.thingsOf(certificateId)).toEqual([
      { thingName: 'one', thingPrincipalType: 'EXCLUSIVE_THING' },
    ]);
    expect(after.thingPrincipals.certificatesOf('one')).toHaveLength(1);
    expect(after.policiesOf(certificateId)).toMatchObject([{ policyName: 'device' }]);
    expect(after.policies.targetsOf('device')).toHaveLength(1);
  });

  it('knows groups and what is in them, and not what was taken away', async () => {
    const { registry } = await start();
    registry.things.create('one');
    for (const thingGroupName of ['floor', 'room']) {
      registry.thingGroups.create(thingGroupName);
      registry.thingGroups.addThing('one', thingGroupName);
    }
    registry.deleteThingGroup('room');

    const after = (await start()).registry;
    expect(after.thingGroups.groupsOf('one')).toEqual([registry.thingGroups.get('floor')]);
    expect(after.thingGroups.find('room')).toBeUndefined();
  });

  it('has forgotten what was detached', async () => {
    const before = await start();
    const { registry } = before;
    const certificateId = await addCertificate(before);
    registry.things.create('one');
    registry.policies.create('device', POLICY);
    registry.thingPrincipals.attach(certificateId, 'one', 'NON_EXCLUSIVE_THING');
    registry.policies.attach('device', registry.arns.of('cert', certificateId));
    registry.thingPrincipals.detach(certificateId, 'one');
    registry.policies.detachAll(registry.arns.of('cert', certificateId));

    const after = (await start()).registry;
    expect(after.thingsOf(certificateId)).toEqual([]);
    expect(after.policies.targetsOf('device')).toEqual([]);
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

  it('has shadows', async () => {
    const { collections } = await start();
    const shadows = new Shadows(systemClock, collections);
    shadows.update({ thingName: 'one' }, { state: { desired: { light: 'on' } } });
    shadows.update({ thingName: 'two' }, { state: { desired: { light: 'on' } } });
    shadows.delete({ thingName: 'two' });

    const after = await start();
    const kept = new Shadows(systemClock, after.collections);
    expect(kept.get({ thingName: 'one' })).toMatchObject({ state: { desired: { light: 'on' } }, version: 1 });
    expect(() => kept.get({ thingName: 'two' })).toThrow('No shadow exists');
    // A new one counts on from the one that was deleted.
    const { documents } = kept.update({ thingName: 'two' }, { state: { desired: {} } });
    expect(documents).toMatchObject({ current: { version: 2 } });
  });
});

describe('a policy of the template', () => {
  const policy = { logicalId: 'Policy', policyName: 'device', policyDocument: POLICY };

  it('is made, changed where the template has changed, and stays where its next document is refused', async () => {
    const { registry } = await start();
    await registry.policies.put(policy);
    await expect(registry.policies.put({ ...policy, policyDocument: '{' })).rejects.toMatchObject({
      code: 'MalformedPolicyException',
    });
    expect(registry.policies.get('device').policyDocument).toBe(POLICY);
    await registry.policies.put({ ...policy, policyDocument: OTHER_POLICY });

    const after = (await start()).registry;
    expect(after.policies.get('device').policyDocument).toBe(OTHER_POLICY);
  });

  it('is removed, but not while it is attached', async () => {
    const { registry } = await start();
    await registry.policies.put(policy);
    const target = registry.thingGroups.create('floor').thingGroupArn;
    registry.policies.attach('device', target);
    await expect(registry.policies.remove(policy)).rejects.toMatchObject({ code: 'DeleteConflictException' });
    registry.policies.detach('device', target);
    await registry.policies.remove(policy);
    await registry.policies.remove(policy);
    expect(registry.policies.all()).toEqual([]);
  });
});
