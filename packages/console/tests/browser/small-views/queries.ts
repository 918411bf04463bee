import { readFile } from 'node:fs/promises';
import { registerNewDevice } from '@device-lifecycle/test-kit/new-device.ts';
import { describe, expect, it } from '@jest/globals';
import { findBarriers, isTooWide } from '../accessibility.ts';
import type { ConsoleFixture } from '../use-console.ts';

export function describeQueries(fixture: () => ConsoleFixture): void {
  describe('saved queries', () => {
    it('are listed, run, charted and downloaded; their address says what was asked', async () => {
      const device = await registerNewDevice(fixture().stack, 'asked-1');
      await device.request('update', { nonsense: true });
      await device.close();
      const page = await fixture().open('/queries');
      expect(await findBarriers(page)).toEqual([]);
      await page.getByRole('link', { name: 'life of a device' }).click();
      await page.getByRole('button', { name: 'Run' }).click();
      expect(await page.getByLabel('Device id').evaluate((input) => input.matches(':invalid'))).toBe(true);
      await page.getByLabel('Device id').fill('asked-1');
      await page.getByRole('button', { name: 'Run' }).click();
      const result = page.getByRole('table', { name: 'Result' });
      await result.getByRole('cell', { name: 'InvalidInput' }).first().waitFor();
      await result.getByRole('columnheader', { name: '@timestamp (UTC)' }).waitFor();
      expect(page.url()).toContain('device-id=asked-1');
      expect(await findBarriers(page)).toEqual([]);

      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'Download as CSV' }).click(),
      ]);
      expect(download.suggestedFilename()).toBe('life-of-a-device.csv');
      expect(await readFile(await download.path(), 'utf8')).toMatch(
        /^@timestamp,.*\r\n.*devices\/asked-1\/register/s,
      );

      await page.getByRole('link', { name: 'All queries' }).click();
      await page.getByRole('link', { name: 'rejections by code' }).click();
      await page.getByRole('button', { name: 'Run' }).click();
      await page.getByRole('img', { name: /rejections/ }).waitFor();
      await result.getByRole('cell', { name: 'InvalidInput', exact: true }).waitFor();
    });

    it('find nothing, and say what they scanned; a wrong period is told', async () => {
      const options = { locale: 'ja', colorScheme: 'dark', viewport: { width: 360, height: 740 } } as const;
      const page = await fixture().open('/queries/ghosts', options);
      await page.getByRole('button', { name: '実行' }).click();
      await page.getByText('この期間には該当する記録がありません。').waitFor();
      await page.getByText('ローカルでは無料').waitFor();
      await page.getByLabel('期間').selectOption('custom');
      await page.getByLabel('開始').fill('2026-02-01T00:00:00');
      await page.getByLabel('終了').fill('2026-01-01T00:00:00');
      await page.getByRole('button', { name: '実行' }).click();
      await page.getByText('開始は終了より前にしてください。').first().waitFor();
      expect(await findBarriers(page)).toEqual([]);
      expect(await isTooWide(page)).toBe(false);
    });

    it('are stopped, and run again', async () => {
      const page = await fixture().open('/queries/cold-starts');
      // It takes as long as it takes.
      await page.route('**/cold-starts/run?*', () => undefined);
      await page.getByRole('button', { name: 'Run' }).click();
      await page.getByText('0 records scanned so far').waitFor();
      await page.getByRole('button', { name: 'Stop' }).click();
      await page.getByText('Stopped: nothing more is scanned.').waitFor();
      await page.unroute('**/cold-starts/run?*');
      await page.getByRole('button', { name: 'Run' }).click();
      await page.getByRole('heading', { name: /^Result: \d/ }).waitFor();
      expect(await page.getByText('Stopped: nothing more is scanned.').count()).toBe(0);
    });
  });
}
