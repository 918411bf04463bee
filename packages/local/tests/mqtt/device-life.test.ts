import {
  AddThingToThingGroupCommand,
  AttachPolicyCommand,
  AttachThingPrincipalCommand,
  CreateKeysAndCertificateCommand,
  CreatePolicyCommand,
  CreateThingCommand,
  CreateThingGroupCommand,
  DeleteCertificateCommand,
  DetachPolicyCommand,
  DetachThingPrincipalCommand,
  RemoveThingFromThingGroupCommand,
  UpdateCertificateCommand,
} from '@aws-sdk/client-iot';
import { startIotHarness } from '@device-lifecycle/test-kit/iot-harness.ts';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { MqttClient } from 'mqtt';
import { closed, startHarness } from './broker-harness.ts';
import { devicePolicy } from './tls-harness.ts';

const cleanUps: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(cleanUps.splice(0).map((cleanUp) => cleanUp()));
});

const policyOf = (...statements: readonly object[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });

/** A device as the SDK makes it, and what a client needs to connect as that device. */
async function makeDevice() {
  const { client: iot, registry, authority, close } = await startIotHarness();
  cleanUps.push(close);
  const { dial } = await startHarness({
    certificate: await authority.issueServerCertificate(['localhost']),
    registry,
  });

  await iot.send(new CreateThingCommand({ thingName: 'd1' }));
  const certificate = await iot.send(new CreateKeysAndCertificateCommand({ setAsActive: true }));
  const { certificateArn: principal = '', certificateId = '', certificatePem = '', keyPair } = certificate;
  await iot.send(
    new CreatePolicyCommand({ policyName: 'devices', policyDocument: policyOf(...devicePolicy) }),
  );
  await iot.send(new AttachPolicyCommand({ policyName: 'devices', target: principal }));
  await iot.send(new AttachThingPrincipalCommand({ thingName: 'd1', principal }));

  const isLetIn = async (): Promise<MqttClient | undefined> => {
    const client = dial({
      clientId: 'd1',
      ca: authority.caPem,
      cert: certificatePem,
      key: keyPair?.PrivateKey ?? '',
    });
    return Promise.race([
      new Promise<MqttClient>((resolve) => client.once('connect', () => resolve(client))),
      closed(client).then(() => undefined),
    ]);
  };
  /** Connects, does something, and expects the session to end and the device to be refused from then on. */
  const isCutOffBy = async (change: () => Promise<unknown>): Promise<void> => {
    const session = await isLetIn();
    if (session === undefined) throw new Error('the device is refused before anything has changed');
    const ended = closed(session);
    await change();
    await ended;
    expect(await isLetIn()).toBeUndefined();
  };
  const update = (newStatus: 'ACTIVE' | 'INACTIVE' | 'REVOKED') =>
    iot.send(new UpdateCertificateCommand({ certificateId, newStatus }));
  return { iot, principal, certificateId, isLetIn, isCutOffBy, update };
}

describe('a device made with the SDK', () => {
  it('is cut off when its certificate is INACTIVE, and comes back when it is ACTIVE again', async () => {
    const { isLetIn, isCutOffBy, update } = await makeDevice();
    await isCutOffBy(() => update('INACTIVE'));
    await update('ACTIVE');
    expect(await isLetIn()).toBeDefined();
  });

  it('is cut off when its certificate is REVOKED, or deleted', async () => {
    const { iot, principal, certificateId, isLetIn, isCutOffBy, update } = await makeDevice();
    await isCutOffBy(() => update('REVOKED'));
    await iot.send(new DetachThingPrincipalCommand({ thingName: 'd1', principal }));
    await iot.send(new DeleteCertificateCommand({ certificateId, forceDelete: true }));
    expect(await isLetIn()).toBeUndefined();
  });

  it('is cut off when its certificate is detached from the thing', async () => {
    const { iot, principal, isCutOffBy } = await makeDevice();
    await isCutOffBy(() => iot.send(new DetachThingPrincipalCommand({ thingName: 'd1', principal })));
  });

  it('is cut off when its policy is detached, or another one denies', async () => {
    const { iot, principal, isCutOffBy } = await makeDevice();
    const policyName = 'devices';
    await isCutOffBy(() => iot.send(new DetachPolicyCommand({ policyName, target: principal })));
    await iot.send(new AttachPolicyCommand({ policyName, target: principal }));
    const policyDocument = policyOf({ Effect: 'Deny', Action: 'iot:Connect', Resource: '*' });
    await iot.send(new CreatePolicyCommand({ policyName: 'denies', policyDocument }));
    await isCutOffBy(() => iot.send(new AttachPolicyCommand({ policyName: 'denies', target: principal })));
  });

  it('has the policies of its thing\'s groups (guide, "AWS IoT Core policies")', async () => {
    const { iot, isLetIn, isCutOffBy } = await makeDevice();
    const { thingGroupArn: target } = await iot.send(
      new CreateThingGroupCommand({ thingGroupName: 'quarantine' }),
    );
    const policyDocument = policyOf({ Effect: 'Deny', Action: 'iot:*', Resource: '*' });
    await iot.send(new CreatePolicyCommand({ policyName: 'nothing', policyDocument }));
    await iot.send(new AttachPolicyCommand({ policyName: 'nothing', target }));
    const membership = { thingGroupName: 'quarantine', thingName: 'd1' };
    await isCutOffBy(() => iot.send(new AddThingToThingGroupCommand(membership)));
    await iot.send(new RemoveThingFromThingGroupCommand(membership));
    expect(await isLetIn()).toBeDefined();
  });
});
