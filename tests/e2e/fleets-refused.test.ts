import { expect, it } from '@jest/globals';
import { findBarriers } from '../support/console/accessibility.ts';
import { describeConsole } from '../support/console/use-console.ts';

const DENIED = ['states:ListExecutions', 's3:PutObject'].flatMap((call) => [
  '--fault',
  `${call}=AccessDeniedException`,
]);
const FILE = { name: 'lot.csv', mimeType: 'text/csv', buffer: Buffer.from('deviceId\npump-1\n') };

describeConsole('the view of fleets, for who may not do all', { args: DENIED }, (fixture) => {
  it('says what is forbidden, and goes on with the rest', async () => {
    const page = await fixture().open('/fleets');
    await page.getByText('You may not see or do this').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole('button', { name: 'New run' }).click();
    await page.getByLabel('File of devices').setInputFiles(FILE);
    await page.getByLabel('Reason').fill('recall');
    // What it costs is known without AWS.
    await page.getByText('Moving 1 device').waitFor();
    await page.getByRole('button', { name: 'See the plan' }).click();
    await page.getByText('You may not see or do this').waitFor();
    await page.getByRole('button', { name: 'Start…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Decommission' }).click();
    await dialog.getByText('You may not see or do this').waitFor();
    await page.keyboard.press('Escape');
    expect(await page.getByLabel('Reason').inputValue()).toBe('recall');
  });

  it('changes nothing in a console that is read-only, and says why', async () => {
    const page = await fixture().openReadOnly('/fleets');
    const start = page.getByRole('button', { name: 'New run' });
    await start.waitFor();
    expect(await start.getAttribute('aria-disabled')).toBe('true');
    expect(await start.getAttribute('title')).toContain('This console is read-only');
    await page.goto(new URL('/fleets/new', page.url()).href);
    await page.getByText('This console is read-only: start it without --read-only').waitFor();
    expect(await page.getByLabel('File of devices').isDisabled()).toBe(true);
    await page.goto(new URL('/fleets/new?from=stale&run=arn:aws:x', page.url()).href);
    await page.getByText('This console changes nothing').waitFor();
    expect(await findBarriers(page)).toEqual([]);
  });
});
