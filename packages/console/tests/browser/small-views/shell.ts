import { describe, expect, it } from '@jest/globals';
import { findBarriers, isTooWide } from '../accessibility.ts';
import type { ConsoleFixture } from '../use-console.ts';

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

    it('tells once that nothing answers, and goes on by itself', async () => {
      const page = await fixture().open();
      await page.getByRole('heading', { name: 'Overview' }).waitFor();
      await page.route(/\/api\/(?!session)/, (route) => route.abort());
      await page.reload();
      await page.getByText('No answer for now.').nth(2).waitFor();
      await page.getByRole('link', { name: 'Dead letters not known' }).waitFor();
      const told = await page.getByRole('alert').allTextContents();
      expect(told).toEqual([expect.stringMatching(/^Nothing answers.*still runs/)]);
      expect(await page.getByText('still runs').count()).toBe(1);
      expect(await findBarriers(page)).toEqual([]);
      // What is asked for once alone comes too.
      await page.getByRole('link', { name: 'Dead letters', exact: true }).click();
      await page.getByText('No answer for now.').waitFor();
      await page.unrouteAll();
      await page.getByText('There are no dead letters').waitFor();
      await page.getByRole('alert').waitFor({ state: 'detached' });
    });

    it('tells of credentials that are not good, and keeps what was there', async () => {
      const page = await fixture().open('/dead-letters');
      const shown = page.getByText('There are no dead letters');
      await shown.waitFor();
      const problem = { kind: 'credentials', message: 'They have expired: get new ones.' };
      await page.route('**/api/dead-letters', (route) => route.fulfill({ status: 403, json: problem }));
      await page.getByRole('button', { name: 'Look again' }).click();
      const note = page.getByRole('alert').filter({ hasText: problem.message });
      await note.waitFor();
      await page.getByText('No answer for now. What is shown may be out of date.').waitFor();
      expect(await shown.count()).toBe(1);
      await page.unrouteAll();
      await note.getByRole('button', { name: 'Try again' }).click();
      await note.waitFor({ state: 'detached' });
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
