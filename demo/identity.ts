import {
  AttachPolicyCommand,
  AttachThingPrincipalCommand,
  CreateKeysAndCertificateCommand,
  CreateThingCommand,
  DescribeCertificateCommand,
  IoTClient,
} from '@aws-sdk/client-iot';
import type { RunningStack } from './stack.ts';

/** What a device is shipped with, and its thing has in AWS IoT. */
export interface Identity {
  readonly thingName: string;
  readonly certificateId: string;
  readonly certificateArn: string;
  readonly certificatePem: string;
  readonly privateKey: string;
}

/** Who makes devices: in the factory, or with the AWS CLI. */
export interface Factory {
  /** A thing with a certificate of its own, and the policy of the deployment. */
  make(thingName: string): Promise<Identity>;
  /** `ACTIVE`, `INACTIVE` … */
  statusOf(identity: Identity): Promise<string | undefined>;
  readonly iot: IoTClient;
  close(): void;
}

/** Makes devices as the README does, by the AWS SDK. */
export function createFactory({ clientConfig, policies }: RunningStack): Factory {
  const iot = new IoTClient(clientConfig);
  return {
    iot,
    async make(thingName) {
      const [keys] = await Promise.all([
        iot.send(new CreateKeysAndCertificateCommand({ setAsActive: true })),
        iot.send(new CreateThingCommand({ thingName })),
      ]);
      const { certificateId = '', certificateArn = '', certificatePem = '', keyPair } = keys;
      await Promise.all([
        iot.send(new AttachPolicyCommand({ policyName: policies.device, target: certificateArn })),
        iot.send(new AttachThingPrincipalCommand({ thingName, principal: certificateArn })),
      ]);
      const privateKey = keyPair?.PrivateKey ?? '';
      return { thingName, certificateId, certificateArn, certificatePem, privateKey };
    },
    async statusOf({ certificateId }) {
      const { certificateDescription } = await iot.send(new DescribeCertificateCommand({ certificateId }));
      return certificateDescription?.status;
    },
    close: () => iot.destroy(),
  };
}
