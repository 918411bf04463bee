import {
  DescribeArchiveCommand,
  DescribeReplayCommand,
  ListArchivesCommand,
  StartReplayCommand,
  type StartReplayCommandInput,
} from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AwsError } from '../../src/aws.ts';
import { openTemporaryList } from '../../src/data/collections.ts';
import { createArchive } from '../../src/events/archives.ts';
import type { KeptEvent } from '../../src/events/delivery.ts';
import { createEvent } from '../../src/events/event.ts';
import { type EventsHarness, FUNCTION, QUEUE, ruleOf, SHOP, startEvents } from './events-harness.ts';

const ARCHIVE = 'arn:aws:events:eu-west-1:000000000000:archive/orders';
const RULES = 'arn:aws:events:eu-west-1:000000000000:rule/shop';
const DAY_MS = 86_400_000;
const day = (n: number) => new Date(Date.UTC(2026, 0, n));

describe('an archive', () => {
  let events: EventsHarness;

  beforeEach(async () => {
    events = await startEvents({
      rules: [
        ruleOf([{ Id: 'notify', Arn: FUNCTION }], { name: 'notify' }),
        ruleOf([{ Id: 'queue', Arn: QUEUE }], { name: 'queue' }),
      ],
      archives: [
        {
          archiveName: 'orders',
          eventBusName: 'shop',
          eventPattern: '{"detail-type":[{"prefix":"Order"}]}',
          retentionDays: 2,
          description: 'all orders',
        },
      ],
    });
  });

  afterEach(() => events.close());

  const describeArchive = () => events.client.send(new DescribeArchiveCommand({ ArchiveName: 'orders' }));
  const startReplay = (input: Partial<StartReplayCommandInput> = {}) =>
    events.client.send(
      new StartReplayCommand({
        ReplayName: 'again',
        EventSourceArn: ARCHIVE,
        EventStartTime: day(1),
        EventEndTime: day(4),
        Destination: { Arn: SHOP },
        ...input,
      }),
    );

  it('keeps what matches of its bus, for its days', async () => {
    const { put, client, clock } = events;
    const startedAt = new Date(clock.now());

    await put({}, { DetailType: 'Refund' }, { EventBusName: 'default' });
    await clock.advance(DAY_MS);
    await put({ DetailType: 'OrderPaid' });

    const expected = {
      ArchiveName: 'orders',
      EventSourceArn: SHOP,
      State: 'ENABLED',
      RetentionDays: 2,
      EventCount: 2,
      SizeBytes: expect.any(Number),
      CreationTime: startedAt,
    };
    expect(await describeArchive()).toMatchObject({
      ...expected,
      ArchiveArn: ARCHIVE,
      Description: 'all orders',
      EventPattern: '{"detail-type":[{"prefix":"Order"}]}',
    });
    expect(await client.send(new ListArchivesCommand({ EventSourceArn: SHOP }))).toMatchObject({
      Archives: [expected],
    });
    expect(await client.send(new ListArchivesCommand({ NamePrefix: 'x' }))).toMatchObject({ Archives: [] });
    await clock.advance(DAY_MS);
    expect(await describeArchive()).toMatchObject({ EventCount: 1 });
  });

  it('replays what occurred in a time, by time, to the rules that are named', async () => {
    const { put, client, delivered } = events;
    const { Entries } = await put(
      { Time: day(3) },
      { Time: day(2) },
      { Time: day(4) },
      { Time: new Date(day(2).getTime() - 1000) },
    );
    const before = delivered.length;

    const started = await startReplay({
      EventStartTime: day(2),
      Description: 'lost',
      Destination: { Arn: SHOP, FilterArns: [`${RULES}/queue`] },
    });

    const replayed = delivered.slice(before);
    expect(replayed.map(({ to }) => to)).toEqual([QUEUE, QUEUE]);
    expect(replayed.map(({ input }) => JSON.parse(input))).toMatchObject([
      { id: Entries?.[1]?.EventId, 'replay-name': 'again' },
      { id: Entries?.[0]?.EventId, 'replay-name': 'again' },
    ]);
    expect(started).toMatchObject({ State: 'STARTING', ReplayArn: expect.stringMatching(/:replay\/again$/) });
    expect(await client.send(new DescribeReplayCommand({ ReplayName: 'again' }))).toMatchObject({
      ReplayArn: started.ReplayArn,
      State: 'COMPLETED',
      Description: 'lost',
      EventSourceArn: ARCHIVE,
      Destination: { Arn: SHOP, FilterArns: [`${RULES}/queue`] },
      EventStartTime: day(2),
      EventEndTime: day(4),
      EventLastReplayedTime: day(3),
    });
    expect(await describeArchive()).toMatchObject({ EventCount: 4 });
  });

  it.each([
    [{ EventSourceArn: `${ARCHIVE}x` }, 'ValidationException', 'Archive ordersx does not exist.'],
    [{ Destination: { Arn: `${SHOP}x` } }, 'ValidationException', 'Cross event bus replay is not permitted.'],
    [{ EventEndTime: day(0) }, 'ValidationException', 'EventStartTime must be before EventEndTime.'],
    [{ ReplayName: 'a b' }, 'ValidationException', "Value 'a b' at 'replayName'"],
  ])('refuses the replay %j', async (input, name, message) => {
    await expect(startReplay(input)).rejects.toMatchObject({
      name,
      message: expect.stringContaining(message),
    });
  });

  it('replays events that are new to their targets, however old they are', async () => {
    await events.close();
    let isDown = false;
    const target = { Id: 'a', Arn: QUEUE, RetryPolicy: { MaximumEventAgeInSeconds: 60 } };
    events = await startEvents(
      {
        rules: [ruleOf([target])],
        archives: [{ archiveName: 'orders', eventBusName: 'shop', retentionDays: 0 }],
      },
      () => {
        if (isDown) throw new AwsError('ServiceUnavailable', 'down', 503);
      },
    );
    await events.put({});
    await events.clock.advance(DAY_MS);

    isDown = true;
    await startReplay();
    isDown = false;
    await events.clock.advance(1000);

    expect(events.inputs()).toMatchObject([{}, { 'replay-name': 'again' }]);
  });

  it('is replayed by one name once', async () => {
    await startReplay();

    await expect(startReplay()).rejects.toMatchObject({ name: 'ResourceAlreadyExistsException' });
  });

  it('and a replay must be there to be described', async () => {
    const name = 'ResourceNotFoundException';

    await expect(events.client.send(new DescribeArchiveCommand({ ArchiveName: 'x' }))).rejects.toMatchObject({
      name,
    });
    await expect(events.client.send(new DescribeReplayCommand({ ReplayName: 'x' }))).rejects.toMatchObject({
      name,
    });
  });

  it.each([
    ['events', { events: 3, characters: 1e9 }],
    ['characters', { events: 1e9, characters: 480 }],
  ])('keeps its newest when it has too many %s, and says so once', (_, limits) => {
    const warnings: string[] = [];
    const stored = openTemporaryList<KeptEvent>();
    const settings = { archiveName: 'small', eventBusName: 'shop', retentionDays: 0 };
    const archive = createArchive(settings, 0, (message) => warnings.push(message), stored, limits);
    const parts = { source: 's', detailType: 't', detail: '{}', resources: [], timeMs: 0, ingestedAtMs: 0 };

    for (const id of ['a', 'b', 'c', 'd', 'e']) {
      archive.offer(createEvent({ ...parts, id }, { accountId: '0', region: 'r' }));
    }

    expect([...archive.events(1e12).map(({ id }) => id)]).toEqual(['c', 'd', 'e']);
    expect(stored.size).toBe(3);
    expect(warnings).toEqual([
      `the archive small keeps ${limits.events} events or ${limits.characters} characters at most, and drops the oldest`,
    ]);
  });
});
