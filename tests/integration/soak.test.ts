import { DeleteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IoTClient, UpdateCertificateCommand } from '@aws-sdk/client-iot';
import { type RunningStack, startStack } from '@device-lifecycle/test-kit/laptop/stack.ts';
import { createTableReader, type TableReader } from '@device-lifecycle/test-kit/laptop/tables.ts';
import { createRandom } from '@device-lifecycle/test-kit/random.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { inspect } from '../../bench/soak/inspect.ts';
import { rest } from '../../bench/soak/interludes.ts';
import { deviceIdOf, type Slot } from '../../bench/soak/slots.ts';
import { decommissionByDevice } from '../../bench/soak/steps.ts';
import { driveClosed, registerAll, runStep } from '../../bench/soak/traffic.ts';
import { World } from '../../bench/soak/world.ts';

const DEVICES = 10;
const SECONDS = 1;
const MAX_REST_MS = 20_000;

let stack: RunningStack;
let world: World;
let tables: TableReader;

beforeAll(async () => {
  stack = await startStack();
  world = await World.open({ stack, devices: DEVICES, random: createRandom(1), areLettersTaken: true });
  tables = createTableReader(stack);
});

afterAll(async () => {
  tables?.close();
  await world?.close();
  await stack?.stop();
});

const slotThat = (isSo: (slot: Slot) => boolean): Slot => {
  const slot = world.slots.find(isSo);
  if (slot === undefined) throw new Error('There is no such device.');
  return slot;
};

describe('the soak', () => {
  it('accounts for all messages, and knows where each device is', async () => {
    await registerAll(world);
    const perSecond = await driveClosed(world, 4, SECONDS, new AbortController().signal);
    await runStep(
      world,
      slotThat(({ standing }) => standing === 'active'),
      decommissionByDevice,
    );
    expect(perSecond).toBeGreaterThan(0);
    expect(await rest(world, tables, MAX_REST_MS)).toBe(true);

    const run = await inspect(world, tables, []);
    expect(run.counts.accepted).toBeGreaterThan(DEVICES);
    expect({ ...run, counts: undefined, samples: undefined }).toEqual({
      open: [],
      tables: [],
      access: [],
      surprises: [],
      unknown: [],
    });
  });

  it('finds a record that is lost, and a certificate that lets a decommissioned device in', async () => {
    const active = slotThat(({ standing }) => standing === 'active');
    const out = slotThat(({ standing }) => standing === 'decommissioned');
    const dynamo = new DynamoDBClient(stack.clientConfig);
    const iot = new IoTClient(stack.clientConfig);
    await dynamo.send(
      new DeleteItemCommand({ TableName: stack.tables.devices, Key: { id: { S: deviceIdOf(active) } } }),
    );
    const certificateId = out.identity?.certificateId;
    await iot.send(new UpdateCertificateCommand({ certificateId, newStatus: 'ACTIVE' }));
    dynamo.destroy();
    iot.destroy();

    const run = await inspect(world, tables, []);
    expect(run.tables).toContain(`${deviceIdOf(active)} is in service, and not in the table of devices`);
    expect(run.access).toContain(`${deviceIdOf(out)} is decommissioned, and its certificate ACTIVE`);
  });
});
