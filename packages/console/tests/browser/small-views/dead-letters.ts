import { PurgeQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { failedRule, unanswerable } from '@device-lifecycle/test-kit/letters.ts';
import { connectNewDevice } from '@device-lifecycle/test-kit/new-device.ts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { findBarriers, isTooWide } from '../accessibility.ts';
import type { ConsoleFixture } from '../use-console.ts';

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const inDialog = (page: Page, name: string) => page.getByRole('dialog').getByRole('button', { name });
const rows = (page: Page) => page.getByRole('table', { name: 'Dead letters' }).locator('tbody tr');

export function describeDeadLetters(fixture: () => ConsoleFixture): void {
  describe('dead letters', () => {
    let sqs: SQSClient;
    const send = async (...letters: readonly string[]) => {
      for (const MessageBody of letters) {
        await sqs.send(new SendMessageCommand({ QueueUrl: fixture().stack.queues.deadLetters, MessageBody }));
      }
    };
    beforeAll(() => {
      sqs = new SQSClient(fixture().stack.clientConfig);
    });
    afterAll(() => sqs.destroy());
    afterEach(async () => {
      await sqs.send(new PurgeQueueCommand({ QueueUrl: fixture().stack.queues.deadLetters }));
    });

    it('are read, sent again and discarded', async () => {
      const device = await connectNewDevice(fixture().stack, 'letter-1');
      await device.close();
      const ruled = { topic: 'devices/letter-1/register', clientId: 'letter-1' };
      const page = await fixture().open('/dead-letters');
      await page.getByText('There are no dead letters').waitFor();

      await send(failedRule('register', ruled), unanswerable());
      await page.getByText('There are about 2 now').waitFor();
      await button(page, 'Look again').click();
      await rows(page).nth(1).waitFor();
      expect(await findBarriers(page)).toEqual([]);

      await button(page, /^Read/).first().click();
      const dialog = page.getByRole('dialog');
      await dialog.getByText('"serialNumber": "SN-1"').first().waitFor();
      await dialog.getByText('invokes register-device with its event').waitFor();
      expect(await findBarriers(page)).toEqual([]);
      await page.keyboard.press('Escape');

      await button(page, 'Send 2 again').click();
      await page.getByText('1 of 2 cannot be sent again, and stays in the queue.').waitFor();
      await inDialog(page, 'Send 2 again').click();
      await page.getByText('1 sent again').waitFor();
      await page.getByText('1 kept in the queue').waitFor();
      await rows(page).filter({ hasText: 'nobody to answer' }).waitFor();
      const why = await button(page, 'Send 1 again').getAttribute('aria-description');
      expect(why).toContain('cannot be sent again');
      await button(page, 'Discard 1').click();
      expect(await inDialog(page, 'Discard 1').isDisabled()).toBe(true);
      await page.getByLabel('Reason').fill('nobody waits for it');
      await inDialog(page, 'Discard 1').click();
      await page.getByText('1 discarded').waitFor();
      await page.getByText('There are no dead letters').waitFor();
    });

    it('are selected one by one and filtered, at 360 pixels, in Japanese, in the dark', async () => {
      await send(unanswerable(), unanswerable(), failedRule('update'));
      const page = await fixture().open('/dead-letters?error=invoke');
      await button(page, 'Discard 1').waitFor();
      await page.getByLabel('Error').fill('');
      await button(page, 'Filter').click();
      await button(page, 'Discard 3').waitFor();
      await page.getByRole('checkbox').nth(2).check();
      await button(page, 'Discard 1').waitFor();

      const options = { locale: 'ja', colorScheme: 'dark', viewport: { width: 360, height: 740 } } as const;
      const small = await fixture().open('/dead-letters', options);
      await small.getByRole('heading', { name: 'デッドレター' }).waitFor();
      await small.getByRole('button', { name: '3 件を再送' }).waitFor();
      expect(await findBarriers(small)).toEqual([]);
      expect(await isTooWide(small)).toBe(false);
    });
  });
}
