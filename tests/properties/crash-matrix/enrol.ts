import { IoTDataPlaneClient, UpdateThingShadowCommand } from '@aws-sdk/client-iot-data-plane';
import { selfSigned } from '@device-lifecycle/test-kit/certificates.ts';
import { aDevice } from '@device-lifecycle/test-kit/devices.ts';
import type { Device } from '../../../shared/domain/device.ts';
import type { Cloud } from './cloud.ts';

/** Made once: it takes its time. */
const certificates: Promise<string>[] = [];

/** The id of a certificate that is ACTIVE, and of nobody yet. */
async function addCertificate({ iot: { registry } }: Cloud): Promise<string> {
  const taken = registry.certificates.all().length;
  certificates[taken] ??= selfSigned(`CN=${taken}`).then(({ cert }) => cert);
  const certificatePem = await certificates[taken];
  return registry.certificates.add({ certificatePem, status: 'ACTIVE', certificateMode: 'SNI_ONLY' })
    .certificateId;
}

/** A thing with certificates, which is in a group, has two shadows, and is connected. */
export async function prepareThing(cloud: Cloud, thingName: string, count = 1): Promise<readonly string[]> {
  const { registry, sessions } = cloud.iot;
  registry.thingGroups.create('pumps');
  registry.things.create(thingName);
  registry.thingGroups.addThing(thingName, 'pumps');
  const ids: string[] = [];
  for (let made = 0; made < count; made += 1) ids.push(await addCertificate(cloud));
  for (const id of ids) registry.thingPrincipals.attach(id, thingName, 'NON_EXCLUSIVE_THING');
  const client = new IoTDataPlaneClient({});
  const payload = Buffer.from('{"state":{"desired":{"on":true}}}');
  await client.send(new UpdateThingShadowCommand({ thingName, payload }));
  await client.send(new UpdateThingShadowCommand({ thingName, shadowName: 'config', payload }));
  client.destroy();
  sessions.add(thingName);
  return ids;
}

/** A certificate of a thing becomes another's too. */
export function share({ iot: { registry } }: Cloud, certificateId: string): void {
  registry.things.create('gateway');
  registry.thingPrincipals.attach(certificateId, 'gateway', 'NON_EXCLUSIVE_THING');
}

/** A device in service. @returns the ids of its certificates */
export async function enrol(
  cloud: Cloud,
  id: string,
  { count = 1, ...changes }: Partial<Device> & { readonly count?: number } = {},
): Promise<readonly string[]> {
  const certificateIds = await prepareThing(cloud, id, count);
  const device = aDevice({ id, certificateIds, macAddress: macAddressOf(id), ...changes });
  const { outcome } = await cloud.at.store.register(device, cloud.at);
  if (outcome !== 'registered') throw new Error(`${id} is ${outcome}.`);
  return certificateIds;
}

function macAddressOf(id: string): string {
  const bytes = [...Buffer.from(id.padStart(6, '0').slice(-6))];
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(':');
}

const DAY_SECONDS = 86_400;

/** Out of service, with certificates that are yet to be turned off. */
export async function takeOut(cloud: Cloud, id: string): Promise<void> {
  const decommission = { requestId: `decommission-${id}` };
  const { outcome } = await cloud.at.decommission(id, { decommission, ttlInSeconds: 30 * DAY_SECONDS });
  if (outcome !== 'decommissioned') throw new Error(`${id} is ${outcome}.`);
}

/** The same, with all of them off. */
export async function takeOutForGood(cloud: Cloud, id: string): Promise<void> {
  const { at, iot } = cloud;
  await takeOut(cloud, id);
  const current = await at.invalidDevice(id);
  const { certificateIds } = current.record;
  for (const certificateId of certificateIds) iot.registry.certificates.setStatus(certificateId, 'INACTIVE');
  iot.sessions.delete(id);
  const deactivation = { requestId: `decommission-${id}`, certificateIds, sharedCertificateIds: [] };
  const change = { credentialsWork: { deactivation }, credentials: 'inactive' } as const;
  await at.store.changeCredentials(current, change, at);
}

/** Back in service, with certificates that are yet to be turned on. */
export async function takeBack({ at }: Cloud, id: string): Promise<void> {
  const current = await at.invalidDevice(id);
  const { credentials, decommission, version } = current.record;
  const undone = { requestId: decommission.requestId, credentials };
  const requestedAt = decommission.requestedAt + 1;
  const lastRestore = { requestId: `restore-${id}`, requestedAt, version: version + 1, undone };
  const { outcome } = await at.store.restore(current, { lastRestore, updatedAt: requestedAt }, at);
  if (outcome !== 'restored') throw new Error(`${id} is ${outcome}.`);
}
