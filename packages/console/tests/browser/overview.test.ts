import type { StateMachineName } from '@device-lifecycle/operator/stack.ts';
import type { Device } from '@device-lifecycle/test-kit/laptop/device.ts';
import { connectNewDevice } from '@device-lifecycle/test-kit/new-device.ts';
import { startExecution } from '@device-lifecycle/test-kit/start-execution.ts';
import { expect, it } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import type { CensusState } from '../../src/contract/overview.ts';
import { findBarriers, isTooWide } from './accessibility.ts';
import { type ConsoleFixture, describeConsole } from './use-console.ts';

const tile = (page: Page, label: string, count: string): Locator =>
  page
    .getByRole('link')
    .filter({ has: page.getByText(label, { exact: true }) })
    .filter({ has: page.getByText(count, { exact: true }) });

const card = (page: Page, title: string): Locator =>
  page.getByRole('region', { name: title, exact: true }).first();

async function withDevice<T>(
  { stack }: ConsoleFixture,
  deviceId: string,
  use: (device: Device) => Promise<T>,
): Promise<T> {
  const device = await connectNewDevice(stack, deviceId);
  try {
    return await use(device);
  } finally {
    await device.close();
  }
}

describeConsole('the overview', {}, (fixture) => {
  const start = (machine: StateMachineName, input: Readonly<Record<string, unknown>>) =>
    startExecution(fixture().stack, { machine, input });

  it('says what the service does while there are no devices, and leads to where one can try it', async () => {
    const page = await fixture().open();
    await page.getByText('No devices yet').waitFor();
    await tile(page, 'Active', '0').waitFor();
    await card(page, 'Expiring by day').getByText('No retention ends.').waitFor();
    await card(page, 'Moves over time').getByText('Nothing moved in this time.').waitFor();
    await card(page, 'Last events').getByText('Nothing happened in the last week.').waitFor();
    await card(page, 'Rejections by code').getByText('Nothing was refused in this time.').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole('link', { name: 'Try it with a device of your own' }).click();
    await page.waitForURL('**/laptop');
  });

  it('follows what happens to devices, in numbers, charts and words', async () => {
    const page = await fixture().open();
    await tile(page, 'Active', '0').waitFor();
    await withDevice(fixture(), 'meter-1', async (device) => {
      await device.request('register', { serialNumber: 'SN-1' });
      await tile(page, 'Active', '1').waitFor();
      await page.getByText('No devices yet').waitFor({ state: 'detached' });
      const event = card(page, 'Last events').getByRole('listitem').first();
      await event.getByText('registered').waitFor();
      await event.getByRole('link', { name: 'meter-1' }).waitFor();
      expect((await device.request('update', { macAddress: 'nonsense' })).verdict).toBe('rejected');
      await device.request('decommission', { reason: 'worn out' });
    });
    await tile(page, 'Active', '0').waitFor();
    await tile(page, 'Decommissioned', '1').waitFor();
    await tile(page, 'Pending credentials', '0').waitFor();
    await start('hold-device', { deviceId: 'meter-1', reason: 'case 4711' });
    await tile(page, 'Under legal hold', '1').waitFor();
    const requestedBy = 'arn:aws:sts::123456789012:assumed-role/Operator/ann';
    await start('restore-device', { deviceId: 'meter-1', requestedBy });
    await tile(page, 'Under legal hold', '0').waitFor();
    await tile(page, 'Active', '1').waitFor();
    const who = card(page, 'Last events').getByText('by ann', { exact: true });
    expect(await who.getAttribute('title')).toBe(requestedBy);
    await start('purge-device', { deviceId: 'nobody', reason: 'x' });
    const rejected = card(page, 'Rejections by code').getByRole('row', { name: /InvalidInput update/ });
    await rejected.getByRole('cell', { name: '1', exact: true }).waitFor();
    await tile(page, 'Failed executions', '1').click();
    await page.waitForURL('**/executions?status=FAILED');
  });

  it('has its charts as tables, by keyboard', async () => {
    await withDevice(fixture(), 'meter-2', async (device) => {
      await device.request('register', { serialNumber: 'SN-2' });
      await device.request('decommission', { reason: 'worn out' });
    });
    const page = await fixture().open();
    const moves = card(page, 'Moves over time');
    const drawn = moves.getByRole('img', { name: /Registered: at most [12] .*Decommissioned: at most [12]/ });
    await drawn.waitFor();
    await moves.getByRole('button', { name: 'Show as table: Moves over time' }).press('Enter');
    const numbers = await moves
      .getByRole('row')
      .filter({ hasText: /[12]/ })
      .getByRole('cell')
      .allTextContents();
    expect(numbers.filter((text) => /^[12]$/.test(text)).length).toBeGreaterThan(0);
    await moves.getByRole('combobox').selectOption({ label: 'last week' });
    await moves.getByRole('columnheader', { name: 'Purged' }).waitFor();
    const weekly = moves.getByRole('row').last().getByRole('cell');
    await weekly.filter({ hasText: /^2$/ }).first().waitFor();
    const expiring = card(page, 'Expiring by day');
    await expiring.getByRole('img', { name: /expiring: at most [12]/ }).waitFor();
  });

  it('has no barriers and no sideways scrolling, light and dark, in both languages', async () => {
    const wide = await fixture().open('/', { colorScheme: 'dark' });
    await card(wide, 'Last events').getByRole('listitem').first().waitFor();
    await card(wide, 'Moves over time').getByRole('img').waitFor();
    expect(await findBarriers(wide)).toEqual([]);
    const narrow = await fixture().open('/', { locale: 'ja', viewport: { width: 360, height: 740 } });
    await card(narrow, '最近のイベント').getByRole('listitem').first().waitFor();
    await card(narrow, '移動の推移').getByRole('button', { name: '表で表示' }).click();
    expect(await isTooWide(narrow)).toBe(false);
    expect(await findBarriers(narrow)).toEqual([]);
  });

  it('asks before it counts a large fleet on AWS, tells what that costs, and can be stopped', async () => {
    const plan = { items: 2_500_000, bytes: 3e9, usd: 0.046 };
    const state: CensusState = { nowMs: Date.now(), plan, isDue: false };
    const page = await fixture().open('/devices');
    await page.route('**/api/session', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...(await response.json()), isLocal: false } });
    });
    await page.route('**/api/overview/census', (route) => route.fulfill({ json: state }));
    await page.goto(new URL('/', page.url()).href);
    await page.getByText('The fleet has not been counted. That reads about 2,500,000 items').waitFor();
    await page.getByText('costs about $0.05').waitFor();
    await tile(page, 'Active', 'not known').getByText('not counted').waitFor();
    await tile(page, 'Dead letters', '0').waitFor();
    let isAsked = false;
    await page.route('**/api/overview/census/count', () => {
      isAsked = true;
    });
    await page.getByRole('button', { name: 'Count the devices' }).click();
    await page.getByRole('progressbar', { name: 'Counting' }).waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByRole('button', { name: 'Count the devices' }).waitFor();
    expect(isAsked).toBe(true);
    expect(await findBarriers(page)).toEqual([]);
  });
});
