import { selfSigned, type TestCertificate } from '@device-lifecycle/test-kit/certificates.ts';
import { ARN, FakeRegistry } from '@device-lifecycle/test-kit/fake-registry.ts';
import type { IClientOptions } from 'mqtt';
import type { IotLogEntry } from '../../src/iot/iot-log.ts';
import { type Harness, startHarness } from './broker-harness.ts';

const THING = '${iot:Connection.Thing.ThingName}';

/** As the developer guide recommends it for things, with all that is under `devices/{thingName}/`. */
export const devicePolicy: readonly object[] = [
  {
    Effect: 'Allow',
    Action: 'iot:Connect',
    Resource: `${ARN}client/${THING}`,
    Condition: { Bool: { 'iot:Connection.Thing.IsAttached': 'true' } },
  },
  { Effect: 'Allow', Action: ['iot:Publish', 'iot:Receive'], Resource: `${ARN}topic/devices/${THING}/*` },
  { Effect: 'Allow', Action: 'iot:Subscribe', Resource: `${ARN}topicfilter/devices/${THING}/*` },
];

export interface TlsHarness extends Harness {
  readonly registry: FakeRegistry;
  readonly entries: IotLogEntry[];
  /** An active certificate that is attached to a thing, with the policy of devices or another one. */
  enrol(thingName: string, policy?: readonly object[]): Promise<TestCertificate>;
  /** Options of a client that shows a certificate, if any. */
  as(clientId: string, certificate?: TestCertificate): IClientOptions;
}

/** A broker with a registry that the test writes to; clients show what the test says, and nothing else. */
export async function startTlsHarness(): Promise<TlsHarness> {
  const registry = new FakeRegistry();
  const entries: IotLogEntry[] = [];
  const harness = await startHarness({
    registry,
    shown: {},
    iotLog: { write: (entry) => entries.push(entry) },
  });
  return {
    ...harness,
    registry,
    entries,
    async enrol(thingName, policy = devicePolicy) {
      const certificate = await selfSigned(`CN=${thingName}`);
      registry.setStatus(certificate.certificateId, 'ACTIVE');
      registry.setPolicies(certificate.certificateId, policy);
      registry.attach(certificate.certificateId, thingName);
      return certificate;
    },
    as: (clientId, certificate) => ({
      clientId,
      ...(certificate === undefined ? {} : { cert: certificate.cert, key: certificate.key }),
    }),
  };
}
