import { text } from 'node:stream/consumers';
import { registerDevices } from '@device-lifecycle/test-kit/register-devices.ts';
import { expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { findBarriers, isTooWide } from './accessibility.ts';
import { describeConsole } from './use-console.ts';

const TIMEOUT_MS = 90_000;

const idsOf = (lot: string, count: number) => Array.from({ length: count }, (_, n) => `${lot}-${n}`);
const csvOf = (...lines: readonly string[]) => Buffer.from(`deviceId,site\n${lines.join('\n')}\n`);

const give = (page: Page, name: string, buffer: Buffer) =>
  page.getByLabel('File of devices').setInputFiles({ name, mimeType: 'text/csv', buffer });
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const ended = (page: Page, status = 'succeeded') =>
  page.locator('.lead').getByText(status, { exact: true }).waitFor();

/** A number below its title. */
const numberOf = (page: Page, title: string) =>
  page
    .locator('dl.fleet-numbers > div', { has: page.getByText(title, { exact: true }) })
    .locator('dd')
    .textContent();

/** `count`: of devices, which has to be typed above a hundred. */
async function confirm(page: Page, label: string, count = 1): Promise<void> {
  const dialog = page.getByRole('dialog');
  if (count > 100) await dialog.getByRole('textbox').fill(String(count));
  await dialog.getByRole('button', { name: label, exact: true }).click();
}

async function save(page: Page, button: string): Promise<string> {
  const saving = page.waitForEvent('download');
  await press(page, button);
  return text(await (await saving).createReadStream());
}

describeConsole(
  'the view of fleets',
  // A batch of a hundred devices takes three seconds at the least.
  { args: ['--fault', 'dynamodb:TransactWriteItems=delay(400)'] },
  (fixture) => {
    it(
      'shows what a file would do, does it, saves its report, and takes it back',
      async () => {
        const devices = idsOf('pump', 3);
        await registerDevices(fixture().stack, devices);
        const page = await fixture().open('/fleets');
        await page.getByText('No run of a fleet is known').waitFor();
        await press(page, 'New run');
        await give(page, 'lot-7.csv', csvOf(...devices, 'pump-1,again', 'no id,x', ',y', 'ghost'));
        const problems = page.getByRole('region', { name: 'Lines that are left out, and why' });
        await problems.getByText('"pump-1" is on line 3 already').waitFor();
        expect(await problems.getByRole('row').allTextContents()).toEqual([
          'LineProblem',
          '5"pump-1" is on line 3 already',
          expect.stringMatching(/^6"no id" is not a deviceId/),
          '7has no deviceId',
        ]);

        await press(page, 'See the plan');
        await page.getByText('Would be decommissioned').waitFor();
        expect(await numberOf(page, 'Would be decommissioned')).toBe('3');
        await page.getByText('(line 8)').waitFor();
        expect(await findBarriers(page)).toEqual([]);

        // Nothing begins without a reason, nor with lines that are not understood.
        await press(page, 'Start…');
        await page.getByText('Say why, in 1,024 characters at most.').waitFor();
        expect(await page.getByLabel('Reason').evaluate((input) => input === document.activeElement)).toBe(
          true,
        );
        await page.getByLabel('Reason').fill('recall');
        await page.getByText('Leave out the lines above (3)').click();
        await press(page, 'Start…');
        await page.getByRole('dialog').getByText('as configured for the type of each device').waitFor();
        await confirm(page, 'Decommission');
        // Step Functions has a batch succeed whose device has failed.
        await ended(page, 'succeeded, 1 device failed');
        expect(await numberOf(page, 'Decommissioned')).toBe('3');
        expect(await page.getByRole('region', { name: 'Devices that have failed' }).textContent()).toContain(
          'ghostFailedDeviceNotFound',
        );
        const [header, ...lines] = (await save(page, 'Download the report')).trimEnd().split('\n');
        expect(header).toBe('deviceId,outcome,error,message,retryable,ttl,execution');
        expect(lines.map((line) => line.split(',').slice(0, 3).join(' ')).sort()).toEqual([
          'ghost failed DeviceNotFound',
          ...devices.map((id) => `${id} decommissioned `),
        ]);

        // A device that is not there fails again.
        const retry = page.getByRole('button', { name: 'Retry failures' });
        expect(await retry.getAttribute('aria-description')).toMatch(/^No device has failed that could/);
        await press(page, 'Restore devices');
        await page.getByText('What was decommissioned by').waitFor();
        await press(page, 'Start…');
        await page.getByText('You have not seen the plan of it').waitFor();
        await confirm(page, 'Restore');
        await ended(page);
        await page.getByText('Restored', { exact: true }).waitFor();
        expect(await numberOf(page, 'Restored')).toBe('3');
        await page.getByRole('link', { name: 'Fleets' }).click();
        const rows = page.getByRole('region', { name: 'Runs of fleets' }).getByRole('row');
        await rows.filter({ hasText: 'recall' }).getByText('succeeded, 1 device failed').waitFor();
      },
      TIMEOUT_MS,
    );

    it(
      'shows how a run goes, adjusts and stops it, and does the rest of it',
      async () => {
        const devices = idsOf('valve', 300);
        await registerDevices(fixture().stack, devices);
        const page = await fixture().open('/fleets/new', { colorScheme: 'dark' });
        const other = await fixture().open('/fleets/new');
        for (const one of [page, other]) {
          await give(one, 'lot-8.csv', csvOf(...devices));
          await one.getByLabel('Reason').fill('recall');
        }
        await page.getByLabel('Batches at a time').fill('1');
        await press(page, 'Start…');
        await confirm(page, 'Decommission', devices.length);
        await page.getByRole('button', { name: 'Stop…' }).waitFor();
        // The same again leads to the run that goes on.
        await press(other, 'Start…');
        await other.getByText('The same run is going on already').waitFor();
        await confirm(other, 'Go to the run');
        await other.waitForURL(page.url());
        await press(page, 'Adjust…');
        await page.getByRole('dialog').getByLabel('Tolerated failures, in percent').fill('50');
        await confirm(page, 'Adjust');
        await page.getByText('50 %').waitFor();
        await page.getByText('Rate now').waitFor();
        await press(page, 'Stop…');
        await confirm(page, 'Stop the run');
        await ended(page, 'stopped');
        await page.getByText('Not run', { exact: true }).first().waitFor();
        await ended(other, 'stopped');
        const undone = devices.length - Number((await numberOf(page, 'Decommissioned')) ?? 0);
        expect(undone).toBeGreaterThan(0);
        await page.getByLabel('Devices with').selectOption('notRun');
        const table = page.getByRole('region', { name: 'Devices that have failed or were not run' });
        await table.getByRole('row').nth(50).waitFor();
        expect(await table.getByRole('row').count()).toBe(51);
        expect(await findBarriers(page)).toEqual([]);
        await press(page, 'Next');
        await page.getByText('51 to ').waitFor();

        await press(other, 'Retry failures');
        await other.getByText('What has failed and can succeed').waitFor();
        await other.getByLabel('Batches at a time').fill('10');
        await press(other, 'Start…');
        await confirm(other, 'Decommission', undone);
        await ended(other);
        await other.getByText('Decommissioned', { exact: true }).waitFor();
        expect(await numberOf(other, 'Decommissioned')).toBe(String(undone));

        await press(page, 'Redrive…');
        await confirm(page, 'Redrive');
        await ended(page);
      },
      TIMEOUT_MS,
    );

    it('proposes what was not seen for long, and takes what was selected elsewhere', async () => {
      await registerDevices(fixture().stack, idsOf('stale', 2));
      const page = await fixture().open('/fleets');
      await press(page, 'Find stale devices');
      await page.getByLabel('Not seen for days').fill('0');
      await page.getByText('Give a number above 0').waitFor();
      await page.getByLabel('Not seen for days').fill('90');
      await press(page, 'Start the search');
      await ended(page);
      expect(await save(page, 'Download the list')).toContain('stale-0');
      await press(page, 'Decommission these');
      await page.getByText('What was found by').waitFor();

      await page.evaluate(() => sessionStorage.setItem('console-fleet-ids', '["stale-0","no id"]'));
      await page.goto(new URL('/fleets/new?from=selection', page.url()).href);
      await page.getByText('selected devices').waitFor();
      await page.getByText('"no id" is not a deviceId').waitFor();
      await press(page, 'Another list');
      await page.locator('.fleet-drop').dispatchEvent('drop', {
        dataTransfer: await page.evaluateHandle(() => {
          const files = new DataTransfer();
          files.items.add(new File(['deviceId\nstale-0\n'], 'dropped.csv'));
          return files;
        }),
      });
      await page.getByText('dropped.csv').waitFor();
    });

    it('says what is wrong with a file', async () => {
      const page = await fixture().open('/fleets/new');
      await give(page, 'lot.csv', Buffer.from(`name\n${'x\n'.repeat(1_000_000)}`));
      await page.getByText('lot.csv has no column deviceId').waitFor();
      await give(page, 'lot.csv', csvOf('a b', 'c d'));
      await page.getByText('There is no good line').waitFor();
    });

    it('speaks Japanese at 360 pixels, without barriers', async () => {
      const page = await fixture().open('/fleets', {
        locale: 'ja',
        viewport: { width: 360, height: 740 },
      });
      await page.getByRole('link', { name: /^stale-/ }).waitFor();
      expect(await isTooWide(page)).toBe(false);
      expect(await findBarriers(page)).toEqual([]);
      await page.getByRole('link', { name: /^restore-/ }).click();
      await page.getByText('復元しました').waitFor();
      expect(await isTooWide(page)).toBe(false);
      await page.getByRole('link', { name: 'フリート' }).click();
      await press(page, '新しい実行');
      await page.getByText('ファイルをここにドロップ').waitFor();
      expect(await isTooWide(page)).toBe(false);
    });
  },
);
