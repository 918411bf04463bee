import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { STATE_MACHINES } from '@device-lifecycle/operator/stack.ts';
import { registerNewDevice } from '@device-lifecycle/test-kit/new-device.ts';
import { startExecution } from '@device-lifecycle/test-kit/start-execution.ts';
import { expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { findBarriers, isTooWide } from './accessibility.ts';
import { type ConsoleFixture, describeConsole } from './use-console.ts';

const arnOf = ({ stack }: ConsoleFixture, machine: string, name: string): string => {
  const arn = Object.values(stack.stateMachines).find((known) => known.endsWith(`-${machine}`)) ?? '';
  return `${arn.replace(':stateMachine:', ':execution:')}:${name}`;
};

const pathOf = (executionArn: string): string => `/executions/${executionArn}`;

/** What the input of an execution has become, as Step Functions has it. */
async function inputOf({ stack }: ConsoleFixture, executionArn: string): Promise<object> {
  const client = new SFNClient(stack.clientConfig);
  const { input = '' } = await client.send(new DescribeExecutionCommand({ executionArn }));
  client.destroy();
  return JSON.parse(input);
}

const stateOf = (page: Page, name: string) => page.locator(`[data-state="${name}"]`);

/** For the field of a form, in the time zone of the browser; of a whole minute it would leave the seconds out. */
const TOMORROW = `${new Date(Date.now() + 86_400_000).toISOString().slice(0, 16)}:30`;
const TOKYO = { timezoneId: 'Asia/Tokyo' };

const FORBIDDEN = ['--fault', 'states:DescribeMapRun=AccessDeniedException'];

describeConsole('executions in the console', { args: FORBIDDEN }, (fixture) => {
  it('starts one by a form, shows where it waits, and stops it', async () => {
    await (await registerNewDevice(fixture().stack, 'pump-1')).close();
    const page = await fixture().open('/executions', TOKYO);
    await page.getByText('There are no such executions.').waitFor();
    await page.getByRole('link', { name: 'Start an execution' }).click();
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    // What is wrong is told at its field, which has the focus.
    const deviceId = page.getByLabel('Device id');
    expect(await deviceId.evaluate((input) => input === document.activeElement)).toBe(true);
    await deviceId.fill('pump 1');
    await page.getByText('This has a character that is not allowed here').waitFor();
    await deviceId.fill('pump-1');
    await page.getByLabel('Reason').fill('worn out');
    await page.getByLabel('Retention in days').fill('never');
    await page.getByText('This has to be a number.').waitFor();
    await page.getByLabel('Retention in days').fill('7.5');
    await page.getByLabel('Legal hold').check();
    await page.getByText('These do not go together: legalHold, retentionDays.').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.getByLabel('Legal hold').uncheck();
    await page.getByLabel('Not before').fill(TOMORROW);
    await page.getByLabel('Name of the execution').fill('later-1');
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Decommission a device' });
    await dialog.getByText('pump-1 goes out of service').waitFor();
    await dialog.getByText('It can be restored for 7.5 days.').waitFor();
    await dialog.getByRole('button', { name: 'Start' }).click();

    await page.getByRole('heading', { name: 'later-1' }).waitFor();
    await page.locator('[data-state="WaitUntilNotBefore"][data-status="running"]').waitFor();
    expect(await stateOf(page, 'IsItTime').getAttribute('data-status')).toBe('succeeded');
    expect(await stateOf(page, 'Decommissioned').getAttribute('data-status')).toBeNull();
    expect(await inputOf(fixture(), arnOf(fixture(), 'decommission-device', 'later-1'))).toEqual({
      deviceId: 'pump-1',
      reason: 'worn out',
      retentionDays: 7.5,
      notBefore: Date.parse(`${TOMORROW}+09:00`) / 1_000,
      requestedBy: expect.stringMatching(/^arn:aws:/),
    });
    await page.getByText('As a list').click();
    await page.getByRole('listitem').filter({ hasText: 'WaitUntilNotBefore Wait: running' }).waitFor();
    expect(await findBarriers(page)).toEqual([]);

    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByRole('button', { name: 'Stop it' }).click();
    await page.locator('[data-state="WaitUntilNotBefore"][data-status="stopped"]').waitFor();
    await page.getByText('What was done until then stays done.').waitFor();
    await page.getByRole('button', { name: 'Redrive' }).click();
    await page.getByRole('button', { name: 'Redrive it' }).click();
    await page.locator('[data-state="WaitUntilNotBefore"][data-status="running"]').waitFor();
    await page.getByRole('link', { name: 'Start again with this input' }).click();
    await page.getByLabel('Not before').waitFor();
    expect(await page.getByLabel('Not before').inputValue()).toBe(TOMORROW);
  });

  it('shows why one has failed, in the list too, which is live and filtered', async () => {
    const page = await fixture().open('/executions?machine=restore-device');
    await page.getByText('There are no such executions.').waitFor();
    await startExecution(fixture().stack, {
      machine: 'restore-device',
      name: 'nobody-1',
      input: { deviceId: 'nobody' },
    });
    const row = page.getByRole('row').filter({ hasText: 'nobody-1' });
    await row.filter({ hasText: 'DeviceNotFound' }).waitFor();
    await page.getByLabel('Status').selectOption('SUCCEEDED');
    await page.getByText('There are no such executions.').waitFor();
    expect(page.url()).toContain('machine=restore-device&status=SUCCEEDED');
    await page.getByLabel('Status').selectOption('FAILED');
    await row.getByRole('link', { name: 'nobody-1' }).click();
    await page.locator('[data-state="RestoreDevice"][data-status="failed"]').waitFor();
    await page.getByText('Nothing was changed. Start it again with another input').waitFor();
    await page.getByText('one failed try: DeviceNotFound').waitFor();

    await page.getByRole('link', { name: 'Start again with this input' }).click();
    await page.getByLabel('Device id').waitFor();
    expect(await page.getByLabel('Device id').inputValue()).toBe('nobody');
    await page.getByRole('button', { name: 'As JSON' }).click();
    await page.getByLabel('Input').fill('{"deviceId": "pump-1", "colour": 1}');
    // The form has no field for it.
    await page.getByRole('button', { name: 'As a form' }).click();
    await page.getByText('colour There is no such field: take it out.').waitFor();
    await page.getByLabel('Input').fill('{"deviceId": "pump-1"');
    await page.getByText('This is not JSON').waitFor();
    await page.getByLabel('Input').fill('{"deviceId": "pump-1"}');
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await page.locator('[data-state="RestoreDevice"][data-status="succeeded"]').waitFor();
    await page.getByText('"outcome": "alreadyActive"').waitFor();
  });

  it('shows those that are on no first page, and the newest again', async () => {
    const begin = (index: number) =>
      startExecution(fixture().stack, { machine: 'release-device', name: `many-${index}` });
    await begin(0);
    await Promise.all(Array.from({ length: 50 }, (_, index) => begin(index + 1)));
    const page = await fixture().open('/executions?machine=release-device');
    const oldest = page.getByRole('link', { name: 'many-0', exact: true });
    await page.getByRole('button', { name: 'Older' }).click();
    await oldest.waitFor();
    expect(await page.getByRole('link', { name: /^many-/ }).count()).toBe(1);
    await page.getByRole('button', { name: 'To the newest' }).click();
    await oldest.waitFor({ state: 'detached' });
  });

  it('draws every state machine, in Japanese, in the dark, at 360 pixels, without barriers', async () => {
    for (const machine of STATE_MACHINES) await startExecution(fixture().stack, { machine, name: 'drawn-1' });
    const page = await fixture().open('/executions', {
      locale: 'ja',
      colorScheme: 'dark',
      viewport: { width: 360, height: 740 },
    });
    await page.getByRole('heading', { name: '実行', exact: true }).waitFor();
    for (const machine of STATE_MACHINES) {
      await page.getByLabel('ステートマシン').selectOption(machine);
      await page.getByRole('link', { name: 'drawn-1' }).click();
      await page.locator('[data-state][data-status="failed"]').waitFor();
      expect(await isTooWide(page)).toBe(false);
      if (machine === 'decommission-fleet') expect(await findBarriers(page)).toEqual([]);
      await page.goBack();
    }
    expect(await isTooWide(page)).toBe(false);
    expect(await findBarriers(page)).toEqual([]);
    // One that AWS has forgotten meanwhile.
    await page.goto(new URL(pathOf(arnOf(fixture(), 'hold-device', 'long-ago')), page.url()).href);
    await page.getByText('Step Functions forgets them 90 days after their end.').waitFor();
    expect(await findBarriers(page)).toEqual([]);
  });

  it('shows the rest to who may not read a map run, and changes nothing where it is read-only', async () => {
    await startExecution(fixture().stack, {
      machine: 'propose-stale',
      name: 'stale-1',
      input: { unseenDays: 1, segments: 1 },
    });
    const path = pathOf(arnOf(fixture(), 'propose-stale', 'stale-1'));
    const page = await fixture().openReadOnly(path);
    await page.getByRole('alert').filter({ hasText: 'You may not see or do this' }).waitFor();
    await page.locator('[data-state="GatherStaleDevices"][data-status="succeeded"]').waitFor();
    await page.getByRole('link', { name: 'Start again with this input' }).click();
    const button = page.getByRole('button', { name: 'Start', exact: true });
    expect(await button.getAttribute('aria-disabled')).toBe('true');
    expect(await button.getAttribute('title')).toContain('This console is read-only');
    expect(await page.getByLabel('Not seen for days').inputValue()).toBe('1');
  });
});
