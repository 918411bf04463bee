import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { IoTDataPlaneClient, PublishCommand } from '@aws-sdk/client-iot-data-plane';
import { advanceClock } from '@device-lifecycle/test-kit/laptop/clock.ts';
import { connectDevice, type Device } from '@device-lifecycle/test-kit/laptop/device.ts';
import { devicectl } from '@device-lifecycle/test-kit/laptop/devicectl.ts';
import { createOperator, type Operator } from '@device-lifecycle/test-kit/laptop/executions.ts';
import { createFactory } from '@device-lifecycle/test-kit/laptop/identity.ts';
import type { RunningStack } from '@device-lifecycle/test-kit/laptop/stack.ts';
import type { Browser, Page } from 'playwright-core';
import { type ConsoleParts, withConsole } from '../console/with-console.ts';

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

/** `npm run screenshots`: plays a fleet on a laptop stack, and takes the console's main views into docs/images. */

const DIRECTORY = join(import.meta.dirname, '../../docs/images');
const MAX_BYTES = 150 * 1_024;
const QUALITY = 82;
const WIDE = { width: 1_280, height: 860 } as const;
const NARROW = { width: 360, height: 780 } as const;

interface Shot {
  /** Of its file. */
  readonly name: string;
  readonly path: string;
  readonly isDark?: boolean;
  readonly isNarrow?: boolean;
  readonly locale?: string;
  /** Goes on from the path, by links, to what has no address that is known beforehand. */
  readonly follow?: RegExp;
}

const SHOTS: readonly Shot[] = [
  { name: 'overview', path: '/' },
  { name: 'overview-dark', path: '/', isDark: true },
  { name: 'overview-ja', path: '/', locale: 'ja' },
  { name: 'devices', path: '/devices' },
  { name: 'device', path: '/devices/camera-02' },
  { name: 'device-narrow', path: '/devices/camera-04', isNarrow: true },
  { name: 'executions', path: '/executions' },
  { name: 'execution', path: '/executions?status=FAILED', follow: /^\/executions\/(?!new)/ },
  { name: 'fleet', path: '/fleets', follow: /^\/fleets\/(?!new|stale)/ },
  { name: 'dead-letters', path: '/dead-letters' },
  { name: 'laptop', path: '/laptop' },
];

async function take(browser: Browser, url: string, shot: Shot): Promise<void> {
  const context = await browser.newContext({
    locale: shot.locale ?? 'en',
    colorScheme: shot.isDark === true ? 'dark' : 'light',
    viewport: shot.isNarrow === true ? NARROW : WIDE,
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
  });
  try {
    const page = await context.newPage();
    await page.goto(url.replace('/#', `${shot.path}#`));
    await settle(page);
    if (shot.follow !== undefined) await goOn(page, shot.follow);
    await writeFile(join(DIRECTORY, `${shot.name}.webp`), await imageOf(page, shot.name));
  } finally {
    await context.close();
  }
}

/** Streams do not end, so that the network never is quiet: what is awaited is loaded once nothing says that it is busy. */
async function settle(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.waitForFunction(() => globalThis.performance.now() > 2_500);
  await page.waitForFunction(
    // biome-ignore lint/suspicious/noExplicitAny: the page's own types are the page's alone
    () => (globalThis as any).document.querySelector('[aria-busy=true]') === null,
  );
}

async function goOn(page: Page, target: RegExp): Promise<void> {
  const links = await page.locator('main a[href]').all();
  for (const link of links) {
    if (!target.test((await link.getAttribute('href')) ?? '')) continue;
    await link.click();
    await page.waitForTimeout(2_500);
    return;
  }
  throw new Error(`${page.url()} has no link to ${target}.`);
}

async function imageOf(page: Page, name: string): Promise<Buffer> {
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY });
  const image = Buffer.from(data, 'base64');
  if (image.byteLength > MAX_BYTES) throw new Error(`${name} has ${image.byteLength} bytes.`);
  return image;
}

async function takeAll({ stack, console: running, browser }: ConsoleParts): Promise<void> {
  console.log('playing a fleet');
  await playFleet(stack);
  await mkdir(DIRECTORY, { recursive: true });
  for (const shot of SHOTS) {
    console.log(`  ${shot.name}`);
    await take(browser, running.url, shot);
  }
}

await withConsole(takeAll);
