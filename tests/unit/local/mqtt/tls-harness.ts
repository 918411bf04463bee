import type { IClientOptions } from 'mqtt';
import type { IotLogEntry } from '../../../../local/iot-log.ts';
import type { BrokerOptions } from '../../../../local/mqtt/broker.ts';
import { type Harness, startHarness } from './broker-harness.ts';
import { caPem, endpointCertificate, selfSigned, type TestCertificate } from './certificates.ts';
import { ARN, FakeRegistry } from './fake-registry.ts';

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

/** A broker with mutual TLS, which ends with the test. */
export async function startTlsHarness(change: Partial<BrokerOptions> = {}): Promise<TlsHarness> {
  const registry = new FakeRegistry();
  const entries: IotLogEntry[] = [];
  const ca = await caPem();
  const harness = await startHarness({
    tls: { ...(await endpointCertificate()), registry, region: 'us-east-1', accountId: '000000000000' },
    iotLog: { write: (entry) => entries.push(entry) },
    ...change,
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
      protocol: 'mqtts',
      host: 'localhost',
      port: harness.broker.port,
      ca,
      rejectUnauthorized: true,
      ...(certificate === undefined ? {} : { cert: certificate.cert, key: certificate.key }),
    }),
  };
}
