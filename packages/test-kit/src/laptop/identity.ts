import {
  AttachPolicyCommand,
  AttachThingPrincipalCommand,
  CreateKeysAndCertificateCommand,
  CreateThingCommand,
  DescribeCertificateCommand,
  DescribeThingCommand,
  IoTClient,
  ResourceNotFoundException,
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
  /** `ACTIVE`, `INACTIVE` …; `undefined` for a certificate that is not there. */
  statusOf(identity: Identity): Promise<string | undefined>;
  hasThing(thingName: string): Promise<boolean>;
  readonly iot: IoTClient;
  close(): void;
}

const unlessMissing = <T>(answer: Promise<T>): Promise<T | undefined> =>
  answer.catch((error: unknown) => {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  });

/** Makes devices as the README does, by the AWS SDK. */
export function createFactory({
  clientConfig,
  policies,
}: Pick<RunningStack, 'clientConfig' | 'policies'>): Factory {
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
      const description = await unlessMissing(iot.send(new DescribeCertificateCommand({ certificateId })));
      return description?.certificateDescription?.status;
    },
    async hasThing(thingName) {
      return (await unlessMissing(iot.send(new DescribeThingCommand({ thingName })))) !== undefined;
    },
    close: () => iot.destroy(),
  };
}
