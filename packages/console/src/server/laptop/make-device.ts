import {
  AttachPolicyCommand,
  AttachThingPrincipalCommand,
  CreateKeysAndCertificateCommand,
  CreateThingCommand,
  type IoTClient,
} from '@aws-sdk/client-iot';

/** What a device is shipped with. The key leaves the console's memory for the broker's handshake alone. */
export interface DeviceIdentity {
  readonly deviceId: string;
  readonly certificateId: string;
  readonly certificatePem: string;
  readonly privateKey: string;
}

/** Makes a thing with a certificate of its own, which has the stack's policy. Errors are those of the SDK. */
export async function makeDevice(
  iot: IoTClient,
  deviceId: string,
  policyName: string,
): Promise<DeviceIdentity> {
  await iot.send(new CreateThingCommand({ thingName: deviceId }));
  const created = await iot.send(new CreateKeysAndCertificateCommand({ setAsActive: true }));
  const { certificateId = '', certificateArn = '', certificatePem = '', keyPair } = created;
  await iot.send(new AttachPolicyCommand({ policyName, target: certificateArn }));
  await iot.send(new AttachThingPrincipalCommand({ thingName: deviceId, principal: certificateArn }));
  return { deviceId, certificateId, certificatePem, privateKey: keyPair?.PrivateKey ?? '' };
}
