import { readFile } from 'node:fs/promises';
import { createDynamoDbCall } from '@device-lifecycle/local/engine/dynamodb-call.ts';
import { aDecommission } from '@device-lifecycle/test-kit/devices.ts';
import { makeDevice } from '@device-lifecycle/test-kit/fleet-devices.ts';
import { putDevices } from '@device-lifecycle/test-kit/fleet-tables.ts';
import { connectNewDevice } from '@device-lifecycle/test-kit/new-device.ts';
import { beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { toItem } from '../../../../shared/adapters/device-store/records.ts';
import type { Device } from '../../../../shared/domain/device.ts';
import { findBarriers, isTooWide } from './accessibility.ts';
import { describeConsole } from './use-console.ts';

const FLEET = 700;
const DAY_SECONDS = 86_400;
const MINE = {
  id: 'pump-1',
  serialNumber: 'PUMP/1',
  macAddress: '02:00:5E:10:00:0A',
  type: 'pump',
  name: 'Hall 3',
};

const grid = (page: Page) => page.getByRole('grid');
const row = (page: Page, name: string | RegExp) => page.getByRole('row', { name });
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const link = (page: Page, name: string) => page.getByRole('link', { name, exact: true });

/** By the keyboard, from wherever the page is. */
async function find(page: Page, text: string): Promise<void> {
  await page.getByRole('searchbox', { name: 'Find a device' }).waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
}

function* devices(): Generator<Device> {
  for (let index = 0; index < FLEET; index += 1) yield makeDevice('fleet', index);
  yield { ...makeDevice('fleet', 0), ...MINE };
  // What the one is called, another has as its serial number.
  yield { ...makeDevice('fleet', 0), id: 'twin', serialNumber: 'twin-1' };
  yield { ...makeDevice('fleet', 0), id: 'twin-1', serialNumber: 'twin-2' };
}

/** Records of devices that are out of service in each of the ways in which they can be. */
function invalidItems() {
  const nowSeconds = Math.floor(Date.now() / 1_000);
  const decommission = aDecommission({ at: Date.now() });
  const out = (id: string, changes: object) =>
    toItem({ ...makeDevice('fleet', 0), id, decommission, credentials: 'inactive', ...changes });
  const ghost = { count: 12, firstSeenAt: Date.now(), lastSeenAt: Date.now(), lastOperation: 'heartbeat' };
  const purge = { device: { serialNumber: 'SN-gone' }, purge: { at: Date.now(), source: 'ttl' } };
  return [
    out('out-1', { ttl: nowSeconds + 3 * DAY_SECONDS + 60 }),
    out('held-1', {}),
    out('ghost-1', { ttl: nowSeconds + DAY_SECONDS, ghost }),
    toItem({
      id: 'purge#gone-1#ttl#1',
      deviceId: 'gone-1',
      ...purge,
      receipt: {},
      ttl: nowSeconds + DAY_SECONDS,
    }),
  ];
}

describeConsole('devices', {}, (fixture) => {
  beforeAll(async () => {
    const { awsEndpointUrl, region, tables } = fixture().stack;
    const call = createDynamoDbCall(awsEndpointUrl, region);
    await putDevices(call, tables.devices, devices());
    const requests = invalidItems().map((Item) => ({ PutRequest: { Item } }));
    await call('BatchWriteItem', { RequestItems: { [tables.invalidDevices]: requests } });
  });

  it('are found by id, serial number or MAC address, from everywhere', async () => {
    const page = await fixture().open('/executions');
    await find(page, MINE.serialNumber);
    await page.waitForURL('**/devices/pump-1');
    await page.goBack();
    await page.waitForURL('**/executions');
    await page.locator('h1:focus').waitFor();
    await find(page, '0200.5e10.000a');
    await page.waitForURL('**/devices/pump-1');
    await page.locator('h1:focus').waitFor();
    await find(page, 'twin-1');
    await page.getByRole('heading', { name: 'Which of these?' }).waitFor();
    await page.getByText('its serial number').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await link(page, 'twin').click();
    await page.waitForURL('**/devices/twin');
  });

  it('that are nobody are said to be, and looked for as a part of a name', async () => {
    const page = await fixture().open('/devices?find=PUMP');
    await page.getByText('No device has “PUMP” as its device id').first().waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await link(page, 'Look through active devices for a part').click();
    await row(page, /pump-1/).waitFor();
    await page.getByText('1 in all').waitFor();
  });

  it('are browsed by keyboard to the end and back, and only those are in the page that are seen', async () => {
    const page = await fixture().open('/devices');
    await row(page, /fleet-0000000/).waitFor();
    await grid(page).focus();
    const total = String(FLEET + 3);
    do {
      await page.keyboard.press('End');
      await page.waitForFunction(() => document.querySelectorAll('.virtual-row').length > 5);
    } while (!(await page.getByText(`${total} in all`).isVisible()));
    await page.keyboard.press('End');
    await row(page, /twin-1 twin-2/).waitFor();
    expect(await grid(page).getAttribute('aria-rowcount')).toBe(String(FLEET + 4));
    expect(await page.locator('.virtual-body .virtual-row').count()).toBeLessThan(60);
    expect(await row(page, /twin-1 twin-2/).getAttribute('aria-rowindex')).toBe(String(FLEET + 4));
    await page.keyboard.press('Home');
    await row(page, /fleet-0000000/).waitFor();
    await page.keyboard.press('ArrowDown');
    const active = await grid(page).getAttribute('aria-activedescendant');
    expect(await page.locator(`[id="${active}"]`).getAttribute('aria-rowindex')).toBe('3');
    expect(await findBarriers(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/devices/fleet-0000001');
  });

  it('are filtered, selected, saved as CSV and handed to a run of a fleet', async () => {
    const page = await fixture().open('/devices');
    await page.getByLabel('contains').fill('fleet-00006');
    await page.getByRole('textbox', { name: 'Type' }).fill('meter');
    await button(page, 'Filter').click();
    await page.getByText('100 in all').waitFor();
    expect(new URL(page.url()).search).toBe('?state=active&text=fleet-00006&type=meter');
    await row(page, /fleet-0000600/)
      .getByRole('checkbox')
      .check();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Space');
    await page.getByText('2 selected').waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      button(page, 'Download as CSV').click(),
    ]);
    const csv = await readFile(await download.path(), 'utf8');
    expect(csv.split('\r\n').map((line) => line.split(',').slice(0, 3).join(','))).toEqual([
      'deviceId,state,serialNumber',
      'fleet-0000600,active,SN-fleet-0000600',
      'fleet-0000601,active,SN-fleet-0000601',
      '',
    ]);
    await button(page, 'Select all').click();
    await page.getByText('100 selected').waitFor();
    await button(page, 'Decommission…').click();
    await page.waitForURL('**/fleets/new?upload=*');
    await page.getByText('100', { exact: true }).first().waitFor();
  });

  it('are listed by where they are in their lives', async () => {
    const page = await fixture().open('/devices?state=decommissioned');
    expect(await row(page, /out-1/).textContent()).toContain('3 days');
    expect(await row(page, /held-1/).textContent()).toContain('legal hold');
    await page.getByText('3 in all').waitFor();
    await link(page, 'Under legal hold').click();
    await page.getByText('1 in all').waitFor();
    expect(await row(page, /held-1/).textContent()).toContain('until released');
    await link(page, 'Ghosts').click();
    await page.waitForFunction(() => document.title.startsWith('Devices: Ghosts · '));
    await row(page, /ghost-1.*ghost ×12/).waitFor();
    await link(page, 'Purges').click();
    await row(page, /gone-1.*purged/).waitFor();
    await link(page, 'Pending credentials').click();
    await page.getByText('No certificates are pending.').waitFor();
    expect(await findBarriers(page)).toEqual([]);
  });

  it('show what happens to them while they are looked at, and are loaded anew when that is wanted', async () => {
    const device = await connectNewDevice(fixture().stack, 'live-1');
    try {
      await device.request('register', { serialNumber: 'LIVE-1' });
      const page = await fixture().open('/devices?text=live-1');
      await row(page, /live-1/).waitFor();
      await page.getByText('live', { exact: true }).waitFor();
      await device.request('update', { name: 'Hall 4' });
      await row(page, /live-1.*updated just now/).waitFor();
      await button(page, 'Refresh').click();
      await row(page, /Hall 4/).waitFor();
    } finally {
      await device.close();
    }
  });

  it('keep what is there when they cannot be read any more, and go on', async () => {
    const page = await fixture().open('/devices?state=held');
    await row(page, /held-1/).waitFor();
    const message = 'The operator may not call dynamodb:Scan.';
    await page.route('**/api/devices?*', (route) =>
      route.fulfill({ status: 403, json: { kind: 'forbidden', message } }),
    );
    await link(page, 'Ghosts').click();
    await page.getByText(message).waitFor();
    await page.getByText('You may not see or do this').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.unroute('**/api/devices?*');
    await button(page, 'Try again').click();
    await row(page, /ghost-1/).waitFor();
    expect(await page.getByText(message).count()).toBe(0);
  });

  it('fit on a small screen, in Japanese, in the dark', async () => {
    const options = { locale: 'ja', colorScheme: 'dark', viewport: { width: 360, height: 740 } } as const;
    const page = await fixture().open('/devices?state=ghosts', options);
    await row(page, /ghost-1.*ゴースト ×12/).waitFor();
    expect(await isTooWide(page)).toBe(false);
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole('checkbox', { name: 'ghost-1 を選択' }).check();
    await page.getByText('1 件を選択中').waitFor();
    expect(await isTooWide(page)).toBe(false);
  });

  it('are not handed to a run by a console that changes nothing', async () => {
    const page = await fixture().openReadOnly('/devices');
    await row(page, /fleet-0000000/)
      .getByRole('checkbox')
      .check();
    const decommission = button(page, 'Decommission…');
    expect(await decommission.getAttribute('aria-disabled')).toBe('true');
    expect(await decommission.getAttribute('title')).toContain('This console is read-only');
    expect(await button(page, 'Download as CSV').getAttribute('aria-disabled')).toBe('false');
  });
});
