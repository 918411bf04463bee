import '../../support/lambda-environment.ts';
import { afterAll, beforeAll, jest } from '@jest/globals';
import type { LambdaFunction } from '../../../shared/middleware/telemetry.ts';
import type { DeviceStore } from '../../../shared/ports.ts';
import { aContext } from '../../support/lambda.ts';
import { createFakeAws, type FakeAws } from './fake-aws.ts';
import { createMemoryStore } from './memory-store.ts';
import type { MemoryTables } from './memory-tables.ts';
import { copyWorld } from './world.ts';

/** All that came of one invocation. */
export interface Ran {
  readonly response?: unknown;
  readonly thrown?: unknown;
  readonly aws: FakeAws;
  readonly tables: MemoryTables;
  /** What went to the log, each as it was written. */
  readonly lines: readonly string[];
}

interface Now {
  tables: MemoryTables;
  store: DeviceStore;
  aws: FakeAws;
  lines: string[];
}

function begin(): Now {
  const tables = copyWorld();
  return { tables, store: createMemoryStore(tables), aws: createFakeAws(), lines: [] };
}

let now: Now = begin();

Object.assign(process.env, {
  POWERTOOLS_SERVICE_NAME: 'device-lifecycle-test',
  POWERTOOLS_LOG_LEVEL: 'INFO',
  POWERTOOLS_METRICS_DISABLED: 'false',
  DEVICES_TABLE: 'devices',
  INVALID_DEVICES_TABLE: 'invalid-devices',
  RETENTION_POLICY: '{"defaultDays": 30, "byType": {"camera": 7}}',
  DECOMMISSION_DEVICE_STATE_MACHINE_ARN:
    'arn:aws:states:us-east-1:000000000000:stateMachine:decommission-device',
  FLEET_BUCKET: 'fleet',
  EVENT_BUS_NAME: 'bus',
  CREDENTIALS_CALLS_PER_SECOND: '10000',
});

type Send = FakeAws['send'];
const client = () => ({ send: ((command) => now.aws.send(command)) satisfies Send });

jest.unstable_mockModule('../../../shared/adapters/clients.ts', () => ({
  createDynamoDbClient: client,
  createIotClient: client,
  createIotDataClient: client,
  createStatesClient: client,
  createS3Client: client,
  createEventBridgeClient: client,
}));

/** Functions get their operations by name, of whatever store the case has. */
jest.unstable_mockModule('../../../shared/adapters/device-store/device-store.ts', () => ({
  createDeviceStore: (_: unknown, operations: object) =>
    Object.fromEntries(
      Object.keys(operations).map((name) => [
        name,
        (...parts: unknown[]) => Reflect.apply(now.store[name as keyof DeviceStore], now.store, parts),
      ]),
    ),
}));

/** As Lambda takes it from there: a line for whatever ends with a line break. What is no JSON is the test runner's. */
function keepLines(stream: NodeJS.WriteStream): void {
  const write = stream.write.bind(stream);
  jest.spyOn(stream, 'write').mockImplementation((chunk) => {
    const text = String(chunk);
    if (!text.startsWith('{')) return write(text);
    now.lines.push(text);
    return true;
  });
}

beforeAll(() => {
  keepLines(process.stdout);
  keepLines(process.stderr);
});
afterAll(() => {
  jest.restoreAllMocks();
});

/** A function as Lambda loads it, with its whole stack; in the place of AWS are things in memory, anew for each event. */
export async function loadFunction(
  name: string,
): Promise<(event: unknown, tables?: (copy: MemoryTables) => void) => Promise<Ran>> {
  const { handler } = (await import(`../../../functions/${name}/handler.ts`)) as {
    handler: LambdaFunction;
  };
  return async (event, prepare) => {
    now = begin();
    const { tables, aws, lines } = now;
    prepare?.(tables);
    try {
      return { response: await handler(event, aContext()), aws, tables, lines };
    } catch (thrown) {
      return { thrown, aws, tables, lines };
    }
  };
}
