import {
  AttachThingPrincipalCommand,
  CreateThingCommand,
  RegisterCertificateWithoutCACommand,
} from '@aws-sdk/client-iot';
import { selfSigned } from '@device-lifecycle/test-kit/certificates.ts';
import { aDevice } from '@device-lifecycle/test-kit/devices.ts';
import { type IotHarness, startIotHarness } from '@device-lifecycle/test-kit/iot-harness.ts';
import { afterAll, afterEach, beforeEach, expect, jest } from '@jest/globals';
import type { Context } from 'aws-lambda';
import type { LambdaFunction } from '../../../shared/middleware/telemetry.ts';
import { problemsOf } from '../../support/log-lines.ts';
import { keepLines, SAYING, type SaidLine } from '../said-lines.ts';
import { type FaultyProxy, startFaultyProxy } from './faulty-proxy.ts';
import { type FunctionFixture, useFunction } from './function-fixture.ts';

export interface CredentialsFixture extends Pick<FunctionFixture, 'at' | 'iotData'> {
  /** Between the function and its tables, and AWS IoT's registry. Faults last as long as the test. */
  readonly tables: FaultyProxy;
  readonly registry: FaultyProxy;
  invoke(event: unknown, context?: Context): Promise<object>;
  /** The log lines and the metrics of the test. */
  logs(): readonly SaidLine[];
  metrics(): readonly SaidLine[];
  /** A registered device with an active certificate, of which its record knows; the id of the certificate. */
  enrol(deviceId: string): Promise<string>;
  /** The certificate becomes another thing's too. */
  share(certificateId: string): Promise<void>;
  statusOf(certificateId: string): string | undefined;
  /** The clients whose connections were to be dropped, since it was last asked. */
  dropped(): readonly string[];
  decommission(deviceId: string): Promise<void>;
  restore(deviceId: string): Promise<void>;
}

/** A certificate's calls: `PUT` updates it, `GET` describes it. */
export const UPDATES = /^PUT \/certificates\//;
export const DESCRIPTIONS = /^GET \/certificates\//;

/** Lets calls fail whose method and path are like that; all of them, or so many. */
export function failing(
  proxy: FaultyProxy,
  calls: RegExp,
  fault: { readonly status: number; readonly code: string },
  times = Number.POSITIVE_INFINITY,
): void {
  let left = times;
  proxy.decide(({ method, path }) => {
    if (!calls.test(`${method} ${path}`) || left === 0) return undefined;
    left -= 1;
    return fault;
  });
}

export const THROTTLED = { status: 400, code: 'ThrottlingException' } as const;
export const DENIED = { status: 403, code: 'AccessDeniedException' } as const;

/**
 * A function that works on certificates, as Lambda loads it: with the tables of an engine, the registry of the laptop in
 * AWS IoT's place, and what it says kept and held to its schema.
 */
export function useCredentialsFunction(
  load: () => Promise<{ readonly handler: LambdaFunction }>,
): CredentialsFixture {
  const cleanUps: (() => Promise<void>)[] = [];
  let iot: IotHarness;
  let tables: FaultyProxy;
  let registry: FaultyProxy;
  let lines: SaidLine[] = [];
  const fixture = useFunction(async () => {
    iot = await startIotHarness();
    cleanUps.push(() => iot.close());
    registry = await startFaultyProxy(iot.url);
    tables = await startFaultyProxy(String(process.env['AWS_ENDPOINT_URL_DYNAMODB']));
    cleanUps.push(registry.stop, tables.stop);
    Object.assign(process.env, SAYING, {
      AWS_ENDPOINT_URL_DYNAMODB: tables.url,
      AWS_ENDPOINT_URL_IOT: registry.url,
      CREDENTIALS_CALLS_PER_SECOND: '1000',
    });
    return load();
  });

  beforeEach(() => {
    lines = keepLines();
    for (const proxy of [registry, tables]) proxy.decide(() => undefined);
  });
  afterEach(() => {
    jest.restoreAllMocks();
    expect(lines.flatMap(problemsOf)).toEqual([]);
  });
  afterAll(() => Promise.all(cleanUps.map((cleanUp) => cleanUp())));

  async function attach(certificateId: string, thingName: string): Promise<void> {
    const principal = iot.registry.certificates.get(certificateId).certificateArn;
    await iot.client.send(new CreateThingCommand({ thingName }));
    await iot.client.send(new AttachThingPrincipalCommand({ thingName, principal }));
  }

  return {
    get at() {
      return fixture.at;
    },
    get iotData() {
      return fixture.iotData;
    },
    get tables() {
      return tables;
    },
    get registry() {
      return registry;
    },
    invoke: (event, context) => fixture.invoke(event, context),
    logs: () => lines.filter((line) => 'level' in line),
    metrics: () => lines.filter((line) => '_aws' in line),
    async enrol(deviceId) {
      const { cert: certificatePem, certificateId } = await selfSigned(`CN=${deviceId}`);
      await iot.client.send(new RegisterCertificateWithoutCACommand({ certificatePem, status: 'ACTIVE' }));
      await attach(certificateId, deviceId);
      const device = aDevice({ id: deviceId, certificateIds: [certificateId] });
      expect(await fixture.at.store.register(device, fixture.at)).toEqual({ outcome: 'registered' });
      return certificateId;
    },
    share: (certificateId) => attach(certificateId, `shares-${certificateId}`),
    statusOf: (certificateId) => iot.registry.findCertificate(certificateId)?.status,
    dropped: () =>
      fixture.iotData
        .take()
        .filter(({ method }) => method === 'DELETE')
        .map(({ path }) => /^\/connections\/([^?]+)/.exec(path)?.[1] ?? path),
    async decommission(deviceId) {
      await fixture.at.decommission(deviceId, { decommission: { requestId: `decommission-${deviceId}` } });
    },
    async restore(deviceId) {
      const current = await fixture.at.invalidDevice(deviceId);
      const { credentials, decommission } = current.record;
      const lastRestore = {
        requestId: `restore-${deviceId}`,
        requestedAt: decommission.requestedAt + 1,
        version: current.record.version + 1,
        undone: { requestId: decommission.requestId, credentials },
      };
      await fixture.at.store.restore(current, { lastRestore, updatedAt: decommission.at + 1 }, fixture.at);
    },
  };
}
