import {
  AttachPolicyCommand,
  AttachThingPrincipalCommand,
  CreateKeysAndCertificateCommand,
  CreatePolicyCommand,
  CreateThingCommand,
  ListThingPrincipalsCommand,
} from '@aws-sdk/client-iot';
import { connectDevice, type Device } from '@device-lifecycle/test-kit/laptop/device.ts';
import { createFactory, type Identity } from '@device-lifecycle/test-kit/laptop/identity.ts';
import type { RunningStack } from '@device-lifecycle/test-kit/laptop/stack.ts';

/** A thing with a certificate of its own. */
export async function makeIdentity(stack: RunningStack, deviceId: string): Promise<Identity> {
  const factory = createFactory(stack);
  try {
    return await factory.make(deviceId);
  } finally {
    factory.close();
  }
}

/** A device that has just been made, connected by its certificate. */
export const connectNewDevice = async (stack: RunningStack, deviceId: string): Promise<Device> =>
  connectDevice(stack, await makeIdentity(stack, deviceId));

/** The same, registered. `payload`: of its request, beside a serial number made of its id. */
export async function registerNewDevice(
  stack: RunningStack,
  deviceId: string,
  payload: Readonly<Record<string, unknown>> = {},
): Promise<Device> {
  const device = await connectNewDevice(stack, deviceId);
  await device.request('register', { serialNumber: `SN-${deviceId}`, ...payload });
  return device;
}

/** Allows what the deployment's policy does not: the service has to hold its own against such clients too. */
const ANYTHING = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'iot:*', Resource: '*' }],
};

/** A client with a policy of somebody who was careless, under any client id; it hears the answers to that id. */
export async function connectCareless(stack: RunningStack, clientId: string): Promise<Device> {
  const { iot, close } = createFactory(stack);
  try {
    const policyName = 'tests-allow-anything';
    await iot
      .send(new CreatePolicyCommand({ policyName, policyDocument: JSON.stringify(ANYTHING) }))
      .catch((error: Error) => {
        if (error.name !== 'ResourceAlreadyExistsException') throw error;
      });
    const created = await iot.send(new CreateKeysAndCertificateCommand({ setAsActive: true }));
    const { certificateId = '', certificateArn = '', certificatePem = '', keyPair } = created;
    await iot.send(new AttachPolicyCommand({ policyName, target: certificateArn }));
    const privateKey = keyPair?.PrivateKey ?? '';
    return await connectDevice(stack, {
      thingName: clientId,
      certificateId,
      certificateArn,
      certificatePem,
      privateKey,
    });
  } finally {
    close();
  }
}

/** Attaches a thing's certificates to another thing too. */
export async function shareCertificates(stack: RunningStack, thingName: string): Promise<void> {
  const { iot, close } = createFactory(stack);
  try {
    const other = `shares-with-${thingName}`.slice(0, 128);
    await iot.send(new CreateThingCommand({ thingName: other }));
    const { principals = [] } = await iot.send(new ListThingPrincipalsCommand({ thingName }));
    for (const principal of principals) {
      await iot.send(new AttachThingPrincipalCommand({ thingName: other, principal }));
    }
  } finally {
    close();
  }
}
