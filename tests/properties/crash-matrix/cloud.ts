import { silentLog } from '@device-lifecycle/test-kit/silent-log.ts';
import '../../support/lambda-environment.ts';
import { readdirSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { DeleteObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { AwsService } from '@device-lifecycle/local/aws.ts';
import { startEndpoint } from '@device-lifecycle/local/endpoint/endpoint.ts';
import { startS3 } from '@device-lifecycle/local/s3/s3-service.ts';
import { startDynoxide } from '@device-lifecycle/test-kit/dynoxide.ts';
import { type MemoryObjects, memoryObjects } from '@device-lifecycle/test-kit/object-store.ts';
import { type PackagedTemplate, packagedTemplate } from '@device-lifecycle/test-kit/packaged-template.ts';
import { createStoreFixture, type StoreFixture } from '@device-lifecycle/test-kit/store-fixture.ts';
import type { LambdaFunction } from '../../../shared/middleware/telemetry.ts';
import { createEventService, type Told } from './event-service.ts';
import { createIotWorld, type IotState, type IotWorld } from './iot-world.ts';
import { type Items, type KeptTables, keepTables, type Records } from './kept-tables.ts';
import { watchClients } from './processes.ts';
import { VirtualClock } from './virtual-clock.ts';

export const BUCKET = 'fleet';
const FUNCTIONS = new URL('../../../functions/', import.meta.url);

/** Of all the functions of the service, by the names of their folders. */
export const functionNames: readonly string[] = readdirSync(FUNCTIONS);

/** What there is at some moment, apart from what is under way. */
export interface Snapshot {
  readonly items: Items;
  readonly iot: IotState;
  readonly objects: ReadonlyMap<string, string>;
  /** What the streams' readers have not got yet. */
  readonly backlog: Records;
}

export const NO_RECORDS: Records = { devices: [], invalidDevices: [] };

/** AWS, with the service deployed: real handlers, adapters and clients, and the laptop's own services behind them. */
export interface Cloud {
  readonly at: StoreFixture;
  readonly clock: VirtualClock;
  readonly template: PackagedTemplate;
  readonly handlers: ReadonlyMap<string, LambdaFunction>;
  readonly iot: IotWorld;
  readonly told: readonly Told[];
  readonly tables: KeptTables;
  /** What Step Functions reads and writes in the bucket; what functions do there is in S3 itself. */
  readonly objects: MemoryObjects;
  /** Step Functions, which a run brings along. */
  states: AwsService | undefined;
  /** All that is in the bucket. */
  readObjects(): Promise<ReadonlyMap<string, string>>;
  snapshot(backlog?: Records): Promise<Snapshot>;
  /** Makes all what it was, at the clock's beginning. */
  restore(snapshot: Snapshot | undefined): Promise<void>;
  stop(): Promise<void>;
}

async function loadHandlers(): Promise<ReadonlyMap<string, LambdaFunction>> {
  const loaded = functionNames.map(async (name) => {
    const module = await import(new URL(`${name}/handler.ts`, FUNCTIONS).pathname);
    return [name, (module as { readonly handler: LambdaFunction }).handler] as const;
  });
  return new Map(await Promise.all(loaded));
}

function setEnvironment(
  engine: string,
  endpoint: string,
  { tables }: StoreFixture,
  machineArn: string,
): void {
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: endpoint,
    AWS_ENDPOINT_URL_DYNAMODB: engine,
    DEVICES_TABLE: tables.devices,
    INVALID_DEVICES_TABLE: tables.invalidDevices,
    RETENTION_POLICY: '{"defaultDays":30,"byType":{}}',
    DECOMMISSION_DEVICE_STATE_MACHINE_ARN: machineArn,
    FLEET_BUCKET: BUCKET,
    EVENT_BUS_NAME: 'lifecycle',
    // So many that a call takes no time that a clock of milliseconds could tell: nobody waits for the pace.
    CREDENTIALS_CALLS_PER_SECOND: '20000000',
  });
}

export async function startCloud(): Promise<Cloud> {
  const clock = new VirtualClock();
  const [engine, template, s3] = await Promise.all([
    startDynoxide(),
    packagedTemplate(),
    startS3({ region: 'us-east-1' }),
  ]);
  await s3.buckets.put({ bucketName: BUCKET });
  const at = await createStoreFixture(engine.endpoint);
  const tables = await keepTables(at, engine.endpoint);
  let [iot, told, objects] = [await createIotWorld(clock), [] as Told[], memoryObjects()];
  let states: AwsService | undefined;
  const endpoint = await startEndpoint({
    host: '127.0.0.1',
    port: 0,
    log: silentLog,
    services: {
      iot: (request) => iot.services.iot(request),
      iotdata: (request) => iot.services.iotdata(request),
      events: (request) => createEventService(told)(request),
      s3: s3.handle,
      states(request) {
        if (states === undefined) throw new Error('There are no state machines outside of runs.');
        return states(request);
      },
    },
  });
  const machineArn = template.stack.stateMachines.find(({ name }) =>
    name.endsWith('-decommission-device'),
  )?.arn;
  setEnvironment(engine.endpoint, endpoint.url, at, machineArn ?? '');
  const unwatch = watchClients();
  const s3Client = new S3Client({ region: 'us-east-1', endpoint: endpoint.url, forcePathStyle: true });

  async function readObjects() {
    const contents = new Map(objects.contents);
    for await (const { Key } of s3.objects.list(BUCKET, '')) {
      contents.set(Key, await text(await s3.objects.read(BUCKET, Key)));
    }
    return contents;
  }
  async function emptyBucket(): Promise<void> {
    for await (const { Key } of s3.objects.list(BUCKET, '')) {
      await s3Client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key }));
    }
  }

  const handlers = await loadHandlers();
  const { now } = Date;
  Date.now = clock.now;
  return {
    at,
    clock,
    template,
    handlers,
    tables,
    get objects() {
      return objects;
    },
    get iot() {
      return iot;
    },
    get told() {
      return told;
    },
    get states() {
      return states;
    },
    set states(service) {
      states = service;
    },
    readObjects,
    snapshot: async (backlog = NO_RECORDS) => ({
      items: await tables.read(),
      iot: iot.state(),
      objects: new Map(objects.contents),
      backlog,
    }),
    async restore(snapshot) {
      clock.reset();
      at.clock.set(clock.now());
      await tables.restore(snapshot?.items ?? { devices: new Map(), invalidDevices: new Map() });
      await emptyBucket();
      objects = memoryObjects(Object.fromEntries(snapshot?.objects ?? []));
      iot = await createIotWorld(clock, snapshot?.iot);
      told = [];
    },
    async stop() {
      Date.now = now;
      unwatch();
      tables.close();
      at.client.destroy();
      s3Client.destroy();
      await Promise.all([engine.stop(), endpoint.close(), s3.close()]);
    },
  };
}
