import {
  CreateArchiveCommand,
  CreateEventBusCommand,
  DeleteArchiveCommand,
  DeleteEventBusCommand,
  DeleteRuleCommand,
  DescribeArchiveCommand,
  DescribeEventBusCommand,
  PutRuleCommand,
  UpdateArchiveCommand,
  UpdateEventBusCommand,
} from '@aws-sdk/client-eventbridge';
import { afterEach, describe, expect, it } from '@jest/globals';
import { useDataDirectory } from '../support/data-directories.ts';
import { type EventsHarness, SHOP, startEvents } from './events-harness.ts';

const data = useDataDirectory();
let running: EventsHarness | undefined;

afterEach(async () => {
  await running?.close();
  running = undefined;
});

/** EventBridge of a runtime that starts now, after the one before has ended. */
async function start(): Promise<EventsHarness> {
  await running?.close();
  running = undefined;
  running = await startEvents({}, undefined, (await data.reopen()).collections);
  return running;
}

describe('event buses that calls make', () => {
  // https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateEventBus.html
  it('are there after a restart, can be changed, and go when they have no rules', async () => {
    const { client } = await start();
    const { EventBusArn } = await client.send(new CreateEventBusCommand({ Name: 'mine', Description: 'a' }));
    expect(EventBusArn).toBe('arn:aws:events:eu-west-1:000000000000:event-bus/mine');
    const rule = { Name: 'all', EventBusName: 'mine' };
    await client.send(new PutRuleCommand({ ...rule, EventPattern: '{"source":["a"]}' }));

    const after = await start();
    await after.client.send(new UpdateEventBusCommand({ Name: 'mine', Description: 'b' }));
    const describeBus = new DescribeEventBusCommand({ Name: 'mine' });
    expect(await after.client.send(describeBus)).toMatchObject({ Description: 'b' });
    const remove = new DeleteEventBusCommand({ Name: 'mine' });
    await expect(after.client.send(remove)).rejects.toMatchObject({ name: 'ValidationException' });
    await after.client.send(new DeleteRuleCommand(rule));
    await after.client.send(remove);
    await after.client.send(remove);
    await expect(after.client.send(describeBus)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it.each([
    [new CreateEventBusCommand({ Name: 'shop' }), 'ResourceAlreadyExistsException'],
    [new CreateEventBusCommand({ Name: 'a b' }), 'ValidationException'],
    [new DeleteEventBusCommand({ Name: 'default' }), 'ValidationException'],
    [new UpdateEventBusCommand({ Name: 'none' }), 'ResourceNotFoundException'],
  ])('are refused: %#', async (command, name) => {
    const { client } = await start();
    await expect(client.send(command as CreateEventBusCommand)).rejects.toMatchObject({ name });
  });
});

describe('archives that calls make', () => {
  const ArchiveName = 'mine';
  const describeArchive = new DescribeArchiveCommand({ ArchiveName });

  // https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateArchive.html
  it('are there after a restart with their events, can be changed, and go with them', async () => {
    const { client, put } = await start();
    await client.send(new CreateArchiveCommand({ ArchiveName, EventSourceArn: SHOP, RetentionDays: 3 }));
    await put({}, {});

    const after = await start();
    await after.client.send(new UpdateArchiveCommand({ ArchiveName, EventPattern: '{"source":["none"]}' }));
    await after.put({});
    expect(await after.client.send(describeArchive)).toMatchObject({
      EventCount: 2,
      RetentionDays: 3,
      EventPattern: '{"source":["none"]}',
    });

    await after.client.send(new DeleteArchiveCommand({ ArchiveName }));
    await expect(after.client.send(describeArchive)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await after.client.send(new CreateArchiveCommand({ ArchiveName, EventSourceArn: SHOP }));
    expect(await after.client.send(describeArchive)).toMatchObject({ EventCount: 0 });
  });

  it.each([
    [{ ArchiveName: 'twice' }, 'ResourceAlreadyExistsException'],
    [{ ArchiveName: 'x', EventPattern: '{}' }, 'InvalidEventPatternException'],
    [{ ArchiveName: 'x', EventSourceArn: `${SHOP}s` }, 'ResourceNotFoundException'],
  ])('are refused: %j', async (input, name) => {
    const { client } = await start();
    await client.send(new CreateArchiveCommand({ ArchiveName: 'twice', EventSourceArn: SHOP }));
    const command = new CreateArchiveCommand({ EventSourceArn: SHOP, ...input });
    await expect(client.send(command)).rejects.toMatchObject({ name });
  });
});
