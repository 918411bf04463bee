import { advanceClock } from '@device-lifecycle/test-kit/laptop/clock.ts';
import { expect, it } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { findBarriers, isTooWide } from './accessibility.ts';
import { describeConsole } from './use-console.ts';

/** Ten steps, each of several calls, on a machine that may be slow. */
const LIFE_TIMEOUT_MS = 180_000;

const ONE_MINUTE = 'Move it by one more minute';
const LAST = 'Register another with it';

const guideOf = (page: Page): Locator => page.getByRole('region', { name: 'A life in ten steps' });
const logOf = (page: Page): Locator => page.getByRole('region', { name: /^What happens: / });
const entry = (page: Page, ...texts: readonly string[]): Locator =>
  texts.reduce((found, hasText) => found.filter({ hasText }), logOf(page).getByRole('listitem'));

/** Makes a device by the dialog, with names of one's own. */
async function makeDevice(page: Page, deviceId: string, serialNumber: string): Promise<void> {
  await page.getByRole('button', { name: 'New device' }).click();
  await page.getByLabel('Device id').fill(deviceId);
  await page.getByLabel('Serial number').fill(serialNumber);
  await page.getByRole('button', { name: 'Make it' }).click();
}

describeConsole('the view to try it', {}, (fixture) => {
  it(
    'leads through the whole life of a device, by keyboard alone',
    async () => {
      const page = await fixture().open('/laptop');
      const guide = guideOf(page);
      await guide.getByRole('button', { name: 'Make a device' }).focus();
      for (const name of [
        'Make a device',
        'Register',
        'Send a heartbeat',
        'Decommission it',
        'Send a heartbeat',
        'Restore it',
        'Send a heartbeat',
        'Have it leave',
        'Move the clock by 31 days',
        ONE_MINUTE,
        LAST,
      ]) {
        const button = guide.getByRole('button', { name, disabled: false });
        const last = guide.getByRole('button', { name: LAST, disabled: false });
        await button.or(last).and(page.locator(':focus')).waitFor();
        // What it is for happens each minute, also now and then without it.
        if (name === ONE_MINUTE && (await last.isVisible())) continue;
        await page.keyboard.press('Enter');
        await button.waitFor({ state: 'detached' });
      }
      await guide.getByText('That was the whole life of a device.').waitFor();
      expect(await guide.getByText('done', { exact: true }).count()).toBe(10);
      await entry(page, 'turned away').waitFor();
      await entry(page, 'Purged').waitFor();
      // The clock was moved by days: the time alone would not say when.
      const days = logOf(page).locator('time strong');
      expect(await days.count()).toBeGreaterThan(0);
      expect(await entry(page, 'Restored by').count()).toBe(1);
      expect(await entry(page, 'Decommissioned by').count()).toBe(2);
      await page.getByText(/^of \w+-\w+$/).waitFor();
      expect(await page.getByRole('radio').count()).toBe(2);
      await page.getByRole('banner').getByText("the stack's time").waitFor();
      expect(await findBarriers(page)).toEqual([]);
    },
    LIFE_TIMEOUT_MS,
  );

  it('shows what is rejected and what a policy forbids, of two devices', async () => {
    const page = await fixture().open('/laptop', { colorScheme: 'dark' });
    await makeDevice(page, 'free-1', 'SN-FREE');
    await page.getByRole('radio', { name: 'free-1' }).and(page.locator(':checked')).waitFor();
    await page.getByRole('button', { name: 'Register', exact: true }).first().click();
    await entry(page, 'accepted', 'register').waitFor();
    await page.getByLabel('Name').fill('Attic');
    await page.getByRole('button', { name: 'Update' }).click();
    await page.getByText('Attic', { exact: true }).waitFor();
    await page.getByText('Send anything').click();
    await page.getByLabel('Example').selectOption('unknownField');
    await page.getByRole('button', { name: 'Publish' }).click();
    await entry(page, 'rejected', 'InvalidInput').waitFor();
    await page.getByLabel('Example').selectOption('otherDevice');
    await page.getByRole('button', { name: 'Publish' }).click();
    await entry(page, 'cut off', 'its policies do not allow it').waitFor();
    await makeDevice(page, 'free-2', 'SN-FREE');
    await page.getByRole('radio', { name: 'free-2' }).and(page.locator(':checked')).waitFor();
    await guideOf(page).getByRole('button', { name: 'Register' }).click();
    await entry(page, 'rejected', 'IdentifierTaken').waitFor();
    await page.getByText('of free-1').waitFor();
    await makeDevice(page, 'free-2', 'SN-OTHER');
    await page.getByText('free-2 is played already').waitFor();
    await page.keyboard.press('Escape');
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('radio', { name: 'free-2' }).waitFor({ state: 'detached' });
  });

  it('has a device leave later, and moves the clock to that time', async () => {
    const page = await fixture().open('/laptop');
    await page.getByRole('heading', { name: 'Clock' }).waitFor();
    await makeDevice(page, 'later-1', 'SN-LATER');
    await page.getByRole('radio', { name: 'later-1' }).and(page.locator(':checked')).waitFor();
    await guideOf(page).getByRole('button', { name: 'Register' }).click();
    await entry(page, 'accepted', 'later-1/register').waitFor();
    await guideOf(page).getByRole('button', { name: 'Skip' }).click();
    await page.getByLabel('In so many minutes').fill('30');
    await page.getByRole('button', { name: 'Decommission later' }).click();
    await entry(page, 'accepted', 'scheduled').waitFor();
    await page.getByRole('button', { name: '+1 hour' }).click();
    await entry(page, 'Decommissioned by').waitFor();
    await page.getByLabel('Days to move by').fill('-1');
    expect(await page.getByRole('button', { name: 'Move', exact: true }).isDisabled()).toBe(true);
    const { offsetSeconds } = await advanceClock(fixture().stack, 86_400);
    await page.getByText(`${Math.floor(offsetSeconds / 86_400)} days`).waitFor();
  });

  it('speaks Japanese at 360 pixels without barriers, and plays on after it was left', async () => {
    const page = await fixture().open('/laptop', { locale: 'ja', viewport: { width: 360, height: 740 } });
    await page.getByRole('radio', { name: 'free-1' }).click();
    await page.getByText('接続拒否').or(page.getByText('強制切断')).first().waitFor();
    expect(await isTooWide(page)).toBe(false);
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole('link', { name: '概要' }).click();
    await page.getByRole('link', { name: '試してみる' }).click();
    await page.getByRole('radio', { name: 'free-1' }).and(page.locator(':checked')).waitFor();
  });

  it('says what is forbidden, and goes on', async () => {
    const page = await fixture().open('/laptop');
    const message = 'You may not do this (iot:CreateThing).';
    await page.route('**/api/laptop/devices', async (route) => {
      if (route.request().method() === 'GET') return route.continue();
      return route.fulfill({ status: 403, json: { kind: 'forbidden', message } });
    });
    await makeDevice(page, 'never-made', 'SN-NEVER');
    await page.getByRole('alert').filter({ hasText: message }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: '+1 minute' }).click();
    await page.getByText(/ahead of this machine/).waitFor();
  });
});
