import {
  AttachPolicyCommand,
  AttachThingPrincipalCommand,
  CreateCertificateFromCsrCommand,
  CreateThingCommand,
  IoTClient,
} from '@aws-sdk/client-iot';
import { deviceIdOf, makeDevice } from '@device-lifecycle/test-kit/fleet-devices.ts';
import type { Device } from '../../shared/domain/device.ts';
import { createSharedKey } from '../identities.ts';
import type { FleetRuntime } from './runtime.ts';

/** Devices with a thing and an active certificate each, which the runtime's AWS IoT knows. */
export async function makeDevicesWithCertificates(
  { clientConfig, stack }: FleetRuntime,
  fleet: string,
  count: number,
): Promise<Device[]> {
  const { certificateSigningRequest } = await createSharedKey();
  const iot = new IoTClient(clientConfig);
  const devices: Device[] = [];
  for (let index = 0; index < count; index += 1) {
    const thingName = deviceIdOf(fleet, index);
    const create = new CreateCertificateFromCsrCommand({ certificateSigningRequest, setAsActive: true });
    const { certificateId = '', certificateArn = '' } = await iot.send(create);
    await iot.send(new CreateThingCommand({ thingName }));
    await iot.send(new AttachPolicyCommand({ policyName: stack.policies.device, target: certificateArn }));
    await iot.send(new AttachThingPrincipalCommand({ thingName, principal: certificateArn }));
    devices.push(makeDevice(fleet, index, [certificateId]));
  }
  iot.destroy();
  return devices;
}
