import { eventually } from '@device-lifecycle/test-kit/eventually.ts';
import type { Device } from '@device-lifecycle/test-kit/laptop/device.ts';
import { registerNewDevice } from '@device-lifecycle/test-kit/new-device.ts';
import { startExecution } from '@device-lifecycle/test-kit/start-execution.ts';
import { afterAll, expect, it } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { findBarriers, isTooWide } from './accessibility.ts';
import { describeConsole } from './use-console.ts';

const steps = (page: Page): Locator => page.getByRole('region', { name: 'Timeline' }).getByRole('listitem');
const button = (page: Page, name: string): Locator => page.getByRole('button', { name, exact: true });
const inDialog = (page: Page, name: string): Locator =>
  page.getByRole('dialog').getByRole('button', { name, exact: true });

/** What came of a decommissioning. */
const outcome = (page: Page): Locator => page.getByRole('region', { name: 'Decommission', exact: true });

/** Goes to a button by Tab alone, as who has no mouse does, and presses it, which opens a dialog. */
async function press(page: Page, name: string, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  const wanted = button(page, name).last();
  for (let tabs = 0; tabs < 60; tabs += 1) {
    if (await wanted.evaluate((element) => element === document.activeElement)) {
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').waitFor();
      return;
    }
    await page.keyboard.press(key);
  }
  throw new Error(`Nobody gets to "${name}" by keyboard.`);
}

describeConsole('the page of a device', {}, (fixture) => {
  const devices: Device[] = [];
  afterAll(async () => {
    for (const device of devices) await device.close();
  });

  it('follows a device as it registers, and decommissions it, by keyboard alone', async () => {
    const page = await fixture().open('/devices/pump-1');
    await page.getByText('The tables have nothing of this id.').waitFor();
    expect(await button(page, 'Decommission').getAttribute('aria-disabled')).toBe('true');
    const search = page.getByRole('link', { name: /of another$/ });
    expect(await search.getAttribute('href')).toBe('/devices?find=pump-1');

    devices.push(
      await registerNewDevice(fixture().stack, 'pump-1', { name: '<b>one</b>', attributes: { floor: 3 } }),
    );
    await page.getByText('active', { exact: true }).waitFor();
    await steps(page).filter({ hasText: 'Registered' }).waitFor();
    await page.getByText('<b>one</b>').waitFor();
    await page.getByText('"floor": 3').waitFor();
    await page.getByRole('cell', { name: 'ACTIVE' }).waitFor();
    await page.getByRole('cell', { name: 'serialNumber#SN-pump-1' }).waitFor();

    await press(page, 'Decommission');
    await page.keyboard.type('returned');
    await page.keyboard.press('Tab');
    await page.keyboard.type('none');
    await page.getByText('A number above 0, at most 36,500.').waitFor();
    expect(await inDialog(page, 'Decommission').isDisabled()).toBe(true);
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type('2');
    await page.getByText(/It can be restored for 2 days, until /).waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('decommissioned', { exact: true }).waitFor();
    await page.getByText(/left to restore it: (2 days|1 day 23 hours)/).waitFor();
    await steps(page).filter({ hasText: 'Decommissioned' }).filter({ hasText: 'returned' }).waitFor();
    await page.getByRole('cell', { name: 'INACTIVE' }).waitFor();
  });

  it('holds, releases, restores and purges it, by keyboard alone', async () => {
    const page = await fixture().open('/devices/pump-1');
    await page.getByText('decommissioned', { exact: true }).waitFor();
    await press(page, 'Hold');
    await page.keyboard.type('case 7');
    await page.keyboard.press('Enter');
    await page.getByText('legal hold', { exact: true }).waitFor();
    await steps(page).filter({ hasText: 'Put under legal hold' }).filter({ hasText: 'case 7' }).waitFor();
    expect(await button(page, 'Purge').getAttribute('aria-description')).toContain('release it first');
    expect(await button(page, 'Hold').evaluate((element) => element === document.activeElement)).toBe(true);

    await press(page, 'Release');
    await page.getByText(/Its retention goes on: /).waitFor();
    await page.keyboard.press('Enter');
    await steps(page).filter({ hasText: 'Hold released' }).waitFor();

    await press(page, 'Restore', 'Shift+Tab');
    await page.keyboard.press('Enter');
    await steps(page).filter({ hasText: 'Restored' }).waitFor();
    await page.getByText('active', { exact: true }).waitFor();

    await press(page, 'Decommission', 'Shift+Tab');
    await page.keyboard.type('at last');
    await page.keyboard.press('Enter');
    await steps(page).filter({ hasText: 'at last' }).waitFor();
    await press(page, 'Purge');
    await page.keyboard.type('erasure');
    await page.keyboard.press('Tab');
    await page.keyboard.type('pump');
    expect(await inDialog(page, 'Purge').isDisabled()).toBe(true);
    await page.keyboard.type('-1');
    await page.keyboard.press('Enter');
    await steps(page).filter({ hasText: 'Purged' }).filter({ hasText: 'erasure' }).waitFor();
    await page.getByText('The tables have nothing of this id.').waitFor();
    expect(await steps(page).count()).toBe(5);
  });

  it('tells what is scheduled, what was logged, and how far back it has looked', async () => {
    const device = await registerNewDevice(fixture().stack, 'pump-2');
    devices.push(device);
    await device.request('update', { version: 9, name: 'x' });
    const page = await fixture().open('/devices/pump-2');
    await button(page, 'Decommission').click();
    await page.getByLabel('Reason').fill('later');
    await page.getByLabel('Not before').fill('2001-01-01T00:00');
    await page.getByText('A time from now on, at most 364 days ahead.').waitFor();
    const tomorrow = new Date(Date.now() + 86_400_000 - new Date().getTimezoneOffset() * 60_000);
    await page.getByLabel('Not before').fill(tomorrow.toISOString().slice(0, 16));
    await inDialog(page, 'Decommission').click();
    await outcome(page).getByText('Scheduled', { exact: true }).waitFor();
    await outcome(page)
      .getByText(/It waits until/)
      .waitFor();
    await button(page, 'Close').click();

    await button(page, 'Read the logs').click();
    await steps(page).filter({ hasText: 'StaleVersion' }).first().waitFor();
    await button(page, 'Hide').click();
    await steps(page).filter({ hasText: 'StaleVersion' }).waitFor({ state: 'detached' });

    const before = await page.getByText(/^All since/).textContent();
    await button(page, 'Look further back').click();
    await page
      .getByText(/^All since/)
      .filter({ hasNotText: before ?? '' })
      .waitFor();
  });

  it('says of a failure what to do', async () => {
    const page = await fixture().open('/devices/pump-2');
    await button(page, 'Decommission').click();
    await page.getByLabel('Reason').fill('under a hold');
    await page.getByLabel(/^Under legal hold/).check();
    // Somebody else is faster, without a hold.
    const input = { deviceId: 'pump-2', reason: 'other' };
    await startExecution(fixture().stack, { machine: 'decommission-device', input });
    await page.locator('.device-standing').getByText('decommissioned', { exact: true }).waitFor();
    await inDialog(page, 'Decommission').click();
    await outcome(page).getByText('It failed, and nothing was changed').waitFor();
    await page.getByText(/AlreadyDecommissioned/).waitFor();
    await page.getByText(/ask anew for what is still wanted/).waitFor();
  });

  it('asks again for what got no answer, and it has one effect', async () => {
    devices.push(await registerNewDevice(fixture().stack, 'pump-4'));
    const page = await fixture().open('/devices/pump-4');
    let lost = 0;
    await page.route('**/operations', async (route) => {
      if (lost > 0) return route.continue();
      lost += 1;
      await route.fetch();
      return route.abort();
    });
    await button(page, 'Decommission').click();
    await page.getByLabel('Reason').fill('once');
    await inDialog(page, 'Decommission').click();
    await page.getByText('It has been carried out all the same: the record names this request.').waitFor();
    await inDialog(page, 'Decommission').click();
    await outcome(page).getByText('Decommissioned').waitFor();
    await steps(page).filter({ hasText: 'once' }).waitFor();
    expect(await steps(page).filter({ hasText: 'Decommissioned' }).count()).toBe(1);
  });

  it('has no barriers and no sideways scrolling, light and dark, in both languages, with its dialogs', async () => {
    const wide = await fixture().open('/devices/pump-2');
    await steps(wide).first().waitFor();
    await wide.getByRole('cell', { name: 'INACTIVE' }).waitFor();
    expect(await findBarriers(wide)).toEqual([]);
    const narrow = await fixture().open('/devices/pump-2', {
      locale: 'ja',
      colorScheme: 'dark',
      viewport: { width: 360, height: 740 },
    });
    await narrow.getByRole('heading', { name: 'タイムライン' }).waitFor();
    await narrow.getByText('テーブルの項目を表示').click();
    expect(await isTooWide(narrow)).toBe(false);
    await button(narrow, '完全削除').click();
    await narrow.getByText(/二度と元に戻せません/).waitFor();
    expect(await isTooWide(narrow)).toBe(false);
    expect(await findBarriers(narrow)).toEqual([]);
  });

  it("counts by the stack's clock, and tells of the end of a retention", async () => {
    const { stack } = fixture();
    const advance = async (days: number) => {
      const body = JSON.stringify({ advanceSeconds: days * 86_400 });
      await fetch(new URL('/_local/clock', stack.awsEndpointUrl), { method: 'POST', body });
    };
    await advance(29.5);
    const page = await fixture().open('/devices/pump-4');
    await page.getByText(/left to restore it: 11 hours/).waitFor();
    await advance(1);
    const purged = steps(page).filter({ hasText: 'Purged' }).filter({ hasText: 'the end of its retention' });
    await eventually(async () => {
      // What AWS IoT has of it is removed by a schedule.
      await advance(0.001);
      await purged.waitFor({ timeout: 1_000 });
    }, 30_000);
    await page.getByText('The tables have nothing of this id.').waitFor();
    await page.reload();
    await steps(page).filter({ hasText: 'Purged' }).waitFor();
    expect(await steps(page).count()).toBe(1);
    await button(page, 'Look further back').click();
    await steps(page).filter({ hasText: 'Registered' }).waitFor();
  });

  it('refuses an id that is none, in words', async () => {
    const page = await fixture().open(`/devices/${encodeURIComponent('a b')}`);
    await page.getByText(/"a b" is not a device id/).waitFor();
    await page.getByRole('heading', { name: 'Timeline' }).waitFor({ state: 'detached' });
    expect(await button(page, 'Try again').count()).toBe(0);
  });
});
