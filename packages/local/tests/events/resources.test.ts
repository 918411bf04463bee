import {
  DeleteArchiveCommand,
  DeleteEventBusCommand,
  DeleteRuleCommand,
  DescribeArchiveCommand,
  DescribeEventBusCommand,
} from '@aws-sdk/client-eventbridge';
import { afterEach, expect, it } from '@jest/globals';
import type { EventsResources } from '../../src/events/rule.ts';
import { useDataDirectory } from '../support/data-directories.ts';
import { type EventsHarness, ruleOf, startEvents } from './events-harness.ts';

const data = useDataDirectory();
let running: EventsHarness | undefined;

afterEach(async () => {
  await running?.close();
  running = undefined;
});

/** EventBridge of a runtime that starts now, after the one before has ended. */
async function start(resources: Partial<EventsResources>): Promise<EventsHarness> {
  await running?.close();
  running = undefined;
  running = await startEvents(resources, undefined, (await data.reopen()).collections);
  return running;
}

it('a call deletes a bus that has no rules, if it is not the default one', async () => {
  const { client } = await start({ rules: [ruleOf([])] });
  const remove = new DeleteEventBusCommand({ Name: 'shop' });
  await expect(client.send(remove)).rejects.toMatchObject({ name: 'ValidationException' });
  await client.send(new DeleteRuleCommand({ Name: 'all', EventBusName: 'shop' }));
  await client.send(remove);
  await client.send(remove);
  await expect(client.send(new DescribeEventBusCommand({ Name: 'shop' }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
  await expect(client.send(new DeleteEventBusCommand({ Name: 'default' }))).rejects.toMatchObject({
    name: 'ValidationException',
  });
});

it('a call deletes an archive with its events', async () => {
  const archives = [{ archiveName: 'mine', eventBusName: 'shop', retentionDays: 3 }];
  const describeArchive = new DescribeArchiveCommand({ ArchiveName: 'mine' });
  const before = await start({ archives });
  await before.put({}, {});
  await before.client.send(new DeleteArchiveCommand({ ArchiveName: 'mine' }));
  await expect(before.client.send(describeArchive)).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });

  const after = await start({ archives });
  expect(await after.client.send(describeArchive)).toMatchObject({ EventCount: 0, RetentionDays: 3 });
});
