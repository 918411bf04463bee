import '../../support/lambda-environment.ts';
import { type AwsEndpoint, startAwsEndpoint } from '@device-lifecycle/test-kit/aws-endpoint.ts';
import { startDynoxide } from '@device-lifecycle/test-kit/dynoxide.ts';
import { createStoreFixture, type StoreFixture } from '@device-lifecycle/test-kit/store-fixture.ts';
import type { TableEngine } from '@device-lifecycle/test-kit/table-engine.ts';
import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import type { Context } from 'aws-lambda';
import type { LambdaFunction } from '../../../shared/middleware/telemetry.ts';
import { aContext } from '../../support/lambda.ts';

export const STATE_MACHINE_ARN = 'arn:aws:states:us-east-1:000000000000:stateMachine:decommission-device';

export interface Published {
  readonly topic: string;
  readonly document: Readonly<Record<string, unknown>>;
}

export interface FunctionFixture {
  readonly at: StoreFixture;
  readonly iotData: AwsEndpoint;
  readonly states: AwsEndpoint;
  invoke(event: unknown, context?: Context): Promise<object>;
  /** What the function has published since it was last asked. */
  published(): readonly Published[];
}

function setEnvironment(
  engine: TableEngine,
  iotData: AwsEndpoint,
  states: AwsEndpoint,
  at: StoreFixture,
): void {
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint,
    AWS_ENDPOINT_URL_IOT_DATA_PLANE: iotData.url,
    AWS_ENDPOINT_URL_SFN: states.url,
    DEVICES_TABLE: at.tables.devices,
    INVALID_DEVICES_TABLE: at.tables.invalidDevices,
    RETENTION_POLICY: '{"defaultDays": 30, "byType": {"camera": 7}}',
    DECOMMISSION_DEVICE_STATE_MACHINE_ARN: STATE_MACHINE_ARN,
    FLEET_BUCKET: 'fleet',
  });
}

/**
 * A function as Lambda loads it, with an engine and servers in the place of AWS. The module is loaded once a file,
 * after its settings are in the environment; tests use devices of their own.
 */
export function useFunction(load: () => Promise<{ readonly handler: LambdaFunction }>): FunctionFixture {
  const parts: Partial<{
    engine: TableEngine;
    iotData: AwsEndpoint;
    states: AwsEndpoint;
    at: StoreFixture;
    handler: LambdaFunction;
  }> = {};
  const part = <Name extends keyof typeof parts>(name: Name) => {
    const value = parts[name];
    if (value === undefined) throw new Error('There is no function outside of tests.');
    return value as NonNullable<(typeof parts)[Name]>;
  };

  beforeAll(async () => {
    const [engine, iotData, states] = await Promise.all([
      startDynoxide(),
      startAwsEndpoint(),
      startAwsEndpoint(),
    ]);
    const at = await createStoreFixture(engine.endpoint);
    setEnvironment(engine, iotData, states, at);
    Object.assign(parts, { engine, iotData, states, at, handler: (await load()).handler });
  });
  beforeEach(() => {
    for (const endpoint of [part('iotData'), part('states')]) {
      endpoint.take();
      endpoint.reply({ status: 200, body: {} });
    }
  });
  afterAll(async () => {
    parts.at?.client.destroy();
    await Promise.all([parts.engine?.stop(), parts.iotData?.stop(), parts.states?.stop()]);
  });

  return {
    get at() {
      return part('at');
    },
    get iotData() {
      return part('iotData');
    },
    get states() {
      return part('states');
    },
    invoke: (event, context = aContext()) => part('handler')(event, context),
    published: () =>
      part('iotData')
        .take()
        .map(({ path, body }) => ({
          topic: decodeURIComponent(/^\/topics\/([^?]+)/.exec(path)?.[1] ?? path),
          document: JSON.parse(body),
        })),
  };
}
