import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { IoTDataPlaneClient, PublishCommand } from '@aws-sdk/client-iot-data-plane';
import { advanceClock } from '@device-lifecycle/test-kit/laptop/clock.ts';
import { connectDevice, type Device } from '@device-lifecycle/test-kit/laptop/device.ts';
import { devicectl } from '@device-lifecycle/test-kit/laptop/devicectl.ts';
import { createOperator, type Operator } from '@device-lifecycle/test-kit/laptop/executions.ts';
import { createFactory } from '@device-lifecycle/test-kit/laptop/identity.ts';
import type { RunningStack } from '@device-lifecycle/test-kit/laptop/stack.ts';

/** How many there are of each type of device. */
const TYPES = { thermometer: 14, gateway: 5, meter: 9, camera: 6 } as const;
const DAY_SECONDS = 86_400;

/** A fleet as there could be one, and what has become of it within some days. */
export async function playFleet(stack: RunningStack): Promise<void> {
  const operator = createOperator(stack);
  const factory = createFactory(stack);
  const devices: Device[] = [];
  try {
    for (const deviceId of idsOf()) {
      devices.push(await connectDevice(stack, await factory.make(deviceId)));
    }
    await register(devices);
    await refuseSome(devices);
    await advanceClock(stack, 3 * DAY_SECONDS);
    await retireSome(stack, operator);
    await sendHome(stack);
    await nobodyAnswers(stack);
  } finally {
    // Some have been disconnected, and would wait to say goodbye.
    for (const { mqtt } of devices) mqtt.end(true);
    factory.close();
    operator.close();
  }
}

const idsOf = (): readonly string[] =>
  Object.entries(TYPES).flatMap(([type, count]) =>
    Array.from({ length: count }, (_, at) => `${type}-${String(at + 1).padStart(2, '0')}`),
  );

async function register(devices: readonly Device[]): Promise<void> {
  for (const [at, device] of devices.entries()) {
    const [type = '', number = ''] = device.deviceId.split('-');
    await device.request('register', {
      serialNumber: `SN-${String(4_100 + at * 37)}`,
      macAddress: `02:00:5e:10:00:${(at + 16).toString(16)}`,
      name: `${type} ${number}, hall ${(at % 3) + 1}`,
      type,
      attributes: { firmware: `2.${at % 4}.0` },
    });
  }
}

/** Devices whose firmware has its mistakes. */
async function refuseSome([first, second, third, ...others]: readonly Device[]): Promise<void> {
  await first?.request('register', { serialNumber: 17 });
  await second?.request('update', { macAddress: '02:00:5e:10:00:10' });
  await third?.request('update', { serialNumber: 'SN-4100' });
  for (const device of others.slice(0, 6)) await device.request('heartbeat');
}

const REASONS = ['recall', 'end of life', 'lost', 'replaced'] as const;

async function retireSome({ stateMachines }: RunningStack, operator: Operator): Promise<void> {
  const requestedBy = 'ann';
  const retired = ['thermometer-02', 'thermometer-05', 'gateway-01', 'meter-03', 'camera-02', 'camera-04'];
  for (const [at, deviceId] of retired.entries()) {
    const reason = REASONS[at % REASONS.length];
    const retentionDays = 2 + at * 4;
    await operator.run(stateMachines.decommissionDevice, { deviceId, reason, requestedBy, retentionDays });
  }
  await operator.run(stateMachines.holdDevice, { deviceId: 'camera-02', reason: 'claim 4711', requestedBy });
  await operator.run(stateMachines.restoreDevice, { deviceId: 'meter-03', requestedBy });
  await operator.run(stateMachines.restoreDevice, { deviceId: 'meter-77', requestedBy });
}

/** A lot leaves service by one file, in which one is that nobody knows. */
async function sendHome(stack: RunningStack): Promise<void> {
  const lot = ['meter-05', 'meter-06', 'meter-07', 'meter-08', 'meter-99'];
  await writeFile(join(dirname(stack.stackFile), 'lot-7.csv'), ['deviceId', ...lot, ''].join('\n'));
  await devicectl(stack, ['fleet', 'decommission', 'lot-7.csv', '--reason', 'recall of lot 7', '--yes']);
}

/** Messages that name no operation become dead letters. */
async function nobodyAnswers({ clientConfig }: RunningStack): Promise<void> {
  const client = new IoTDataPlaneClient(clientConfig);
  for (const topic of ['devices/thermometer-01/reboot', 'devices/gateway-03/diagnose']) {
    await client.send(new PublishCommand({ topic, qos: 1, payload: Buffer.from('{"requestId":"r-1"}') }));
  }
  client.destroy();
}
