import { registerNewDevice } from '@device-lifecycle/test-kit/new-device.ts';
import { expect, it } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { findBarriers } from './accessibility.ts';
import { describeConsole } from './use-console.ts';

const DENIED = [
  'dynamodb:Scan',
  'iot:DescribeCertificate',
  'logs:StartQuery',
  's3:PutObject',
  'sqs:GetQueueAttributes',
  'sqs:ReceiveMessage',
  'states:ListExecutions',
  'states:StartExecution',
].flatMap((call) => ['--fault', `${call}=AccessDeniedException`]);

const FILE = { name: 'lot.csv', mimeType: 'text/csv', buffer: Buffer.from('deviceId\npump-1\n') };

const button = (page: Page, name: string): Locator => page.getByRole('button', { name, exact: true });
const inDialog = (page: Page, name: string): Locator =>
  page.getByRole('dialog').getByRole('button', { name, exact: true });
const region = (page: Page, name: string): Locator => page.getByRole('region', { name }).first();
const steps = (page: Page): Locator => region(page, 'Timeline').getByRole('listitem');
const refusal = (parent: Page | Locator): Locator => parent.getByText('You may not see or do this');

const tile = (page: Page, label: string, count: string): Locator =>
  page
    .getByRole('link')
    .filter({ has: page.getByText(label, { exact: true }) })
    .filter({ has: page.getByText(count, { exact: true }) });

// One stack for all views: who may not do one thing is seldom allowed the others.
describeConsole('the console, for who may not see or do everything', { args: DENIED }, (fixture) => {
  it('shows of the overview what may be seen, and says of the rest that it is not known, and why', async () => {
    const page = await fixture().openReadOnly();
    await tile(page, 'Pending credentials', '0').waitFor();
    await tile(page, 'Active', 'not known')
      .getByText(/^You may not do this/)
      .waitFor();
    await tile(page, 'Dead letters', 'not known').waitFor();
    await tile(page, 'Running executions', 'not known').waitFor();
    await refusal(region(page, 'Moves over time')).waitFor();
    await refusal(region(page, 'Last events')).waitFor();
    expect(await findBarriers(page)).toEqual([]);
  });

  it('shows of a device what may be seen, and keeps what was typed when it is refused', async () => {
    const device = await registerNewDevice(fixture().stack, 'pump-3');
    await device.close();
    const page = await fixture().open('/devices/pump-3');
    await refusal(region(page, 'Certificates')).waitFor();
    await steps(page).filter({ hasText: 'Registered' }).waitFor();
    await button(page, 'Decommission').click();
    await page.getByLabel('Reason').fill('kept');
    await inDialog(page, 'Decommission').click();
    await refusal(page.getByRole('dialog')).waitFor();
    expect(await page.getByLabel('Reason').inputValue()).toBe('kept');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  it('tells the life of a device whose record may not be seen', async () => {
    const page = await fixture().open();
    const problem = { kind: 'forbidden', message: 'You may not do this to it.' };
    await page.route('**/record', (route) => route.fulfill({ status: 403, json: problem }));
    await page.evaluate(() => history.pushState(null, '', '/devices/pump-3'));
    await page.getByText(problem.message).waitFor();
    await steps(page).filter({ hasText: 'Registered' }).waitFor();
  });

  it('changes no device where it is read-only, and says why', async () => {
    const page = await fixture().openReadOnly('/devices/pump-3');
    await steps(page).filter({ hasText: 'Registered' }).waitFor();
    for (const name of ['Decommission', 'Restore', 'Hold', 'Release', 'Purge']) {
      expect(await button(page, name).getAttribute('aria-description')).toContain('read-only');
    }
    await button(page, 'Decommission').click({ force: true });
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  it('says of fleets what is forbidden, and goes on with the rest', async () => {
    const page = await fixture().open('/fleets');
    await refusal(page).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await button(page, 'New run').click();
    await page.getByLabel('File of devices').setInputFiles(FILE);
    await page.getByLabel('Reason').fill('recall');
    // What it costs is known without AWS.
    await page.getByText('Moving 1 device').waitFor();
    await button(page, 'See the plan').click();
    await refusal(page).waitFor();
    await button(page, 'Start…').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Decommission' }).click();
    await refusal(dialog).waitFor();
    await page.keyboard.press('Escape');
    expect(await page.getByLabel('Reason').inputValue()).toBe('recall');
  });

  it('starts no run of a fleet where it is read-only, and says why', async () => {
    const page = await fixture().openReadOnly('/fleets');
    const start = button(page, 'New run');
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

  it('says that dead letters are forbidden, and sends none again where it is read-only', async () => {
    const page = await fixture().openReadOnly('/dead-letters');
    expect(await page.getByRole('alert').textContent()).toContain('You may not see or do this');
    const answer = await page.evaluate(async () => {
      const authorization = `Bearer ${sessionStorage.getItem('console-token')}`;
      const response = await fetch('/api/dead-letters/redrive', {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: '{"ids":[]}',
      });
      return [response.status, (await response.json()).kind];
    });
    expect(answer).toEqual([403, 'readOnly']);
  });

  it('says that a query is forbidden, and shows it all the same', async () => {
    const page = await fixture().openReadOnly('/queries/cold-starts');
    await button(page, 'Run').click();
    expect(await page.getByRole('alert').textContent()).toContain('You may not see or do this');
    await page.getByText('filter type = "platform.report"').or(page.getByText('| stats')).first().waitFor();
  });

  it('plays no device where it is read-only, and says why', async () => {
    const page = await fixture().openReadOnly('/laptop');
    const make = region(page, 'A life in ten steps').getByRole('button', { name: 'Make a device' });
    await make.press('Enter');
    expect(await make.getAttribute('aria-description')).toContain('This console is read-only');
    expect(await button(page, '+1 hour').getAttribute('aria-disabled')).toBe('true');
    expect(await page.getByRole('radio').count()).toBe(0);
  });
});
