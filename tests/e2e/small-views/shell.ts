import { describe, expect, it } from '@jest/globals';
import { findBarriers, isTooWide } from '../../support/console/accessibility.ts';
import type { ConsoleFixture } from '../../support/console/use-console.ts';

export function describeShell(fixture: () => ConsoleFixture): void {
  describe('what is around the views', () => {
    it('takes the token out of the address, and can be loaded again', async () => {
      const page = await fixture().open();
      await page.getByText('live', { exact: true }).waitFor();
      expect(page.url()).not.toContain('token');
      await page.reload();
      await page.getByRole('heading', { name: 'Overview' }).waitFor();
    });

    it('says so without a good token, and shows nothing', async () => {
      const page = await fixture().open();
      await page.evaluate(() => sessionStorage.clear());
      await page.reload();
      expect(await page.getByRole('alert').textContent()).toContain('This link is no longer good');
      expect(await page.getByRole('navigation').count()).toBe(0);
    });

    it('speaks Japanese, in the dark, at 360 pixels, without barriers', async () => {
      const page = await fixture().open('/', {
        locale: 'ja',
        colorScheme: 'dark',
        viewport: { width: 360, height: 740 },
      });
      await page.getByRole('heading', { name: '概要' }).waitFor();
      expect(await page.evaluate(() => document.documentElement.lang)).toBe('ja');
      expect(await isTooWide(page)).toBe(false);
      expect(await findBarriers(page)).toEqual([]);
    });
  });
}
