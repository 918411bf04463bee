import {
  DescribeArchiveCommand,
  DescribeReplayCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  StartReplayCommand,
} from '@aws-sdk/client-eventbridge';
import { afterEach, describe, expect, it } from '@jest/globals';
import { AwsError } from '../../src/aws.ts';
import type { EventsResources } from '../../src/events/rule.ts';
import { useDataDirectory } from '../support/data-directories.ts';
import { type EventsHarness, FUNCTION, NOW, QUEUE, ruleOf, SHOP, startEvents } from './events-harness.ts';

const data = useDataDirectory();
let running: EventsHarness | undefined;

afterEach(async () => {
  await running?.close();
  running = undefined;
});

/** EventBridge of a runtime that starts now, after the one before has ended. */
async function start(resources: Partial<EventsResources>, refuse?: () => void): Promise<EventsHarness> {
  await running?.close();
  running = undefined;
  const { collections } = await data.reopen();
  running = await startEvents(resources, refuse, collections);
  return running;
}

const ARCHIVES = {
  archives: [{ archiveName: 'all', eventBusName: 'shop', retentionDays: 0 }],
};
const TO_FUNCTION = ruleOf([{ Id: 'function', Arn: FUNCTION }]);

describe('after a restart', () => {
  it('an archive has its events, and can replay them', async () => {
    const before = await start(ARCHIVES);
    await before.put({ Detail: '{"n":1}' }, { Detail: '{"n":2}' });

    const after = await start({ ...ARCHIVES, rules: [TO_FUNCTION] });
    const { EventCount } = await after.client.send(new DescribeArchiveCommand({ ArchiveName: 'all' }));
    expect(EventCount).toBe(2);
    await after.client.send(
      new StartReplayCommand({
        ReplayName: 'again',
        EventSourceArn: SHOP.replace('event-bus/shop', 'archive/all'),
        EventStartTime: new Date(Date.parse(NOW) - 60_000),
        EventEndTime: new Date(Date.parse(NOW) + 60_000),
        Destination: { Arn: SHOP },
      }),
    );
    await after.clock.runUntil(async () => after.delivered.length === 2);
    expect(after.inputs()).toMatchObject([{ detail: { n: 1 } }, { detail: { n: 2 } }]);

    const last = await start(ARCHIVES);
    const replay = await last.client.send(new DescribeReplayCommand({ ReplayName: 'again' }));
    expect(replay.State).toBe('COMPLETED');
  });

  it('rules that calls have made are there, with their targets', async () => {
    const before = await start({});
    const name = { Name: 'mine', EventBusName: 'shop' };
    await before.client.send(new PutRuleCommand({ ...name, EventPattern: '{"source":[{"exists":true}]}' }));
    await before.client.send(
      new PutTargetsCommand({ Rule: 'mine', EventBusName: 'shop', Targets: [{ Id: 'q', Arn: QUEUE }] }),
    );

    const after = await start({});
    await after.put({});
    await after.clock.runUntil(async () => after.delivered.length === 1);
    expect(after.delivered).toMatchObject([{ to: QUEUE }]);
  });

  it('an event that a target would not take is delivered once it does', async () => {
    const refuse = () => {
      throw new AwsError('ServiceUnavailable', 'Not now.', 503);
    };
    const before = await start({ rules: [TO_FUNCTION] }, refuse);
    await before.put({ Detail: '{"n":1}' });
    await before.clock.runUntil(async () => before.logged.length > 0);

    const after = await start({ rules: [TO_FUNCTION] });
    await after.clock.runUntil(async () => after.delivered.length === 1);
    expect(after.inputs()).toMatchObject([{ detail: { n: 1 } }]);
    expect(before.logged).toEqual([expect.stringContaining('is tried again')]);

    const last = await start({ rules: [TO_FUNCTION] });
    await last.put({ Detail: '{"n":2}' });
    await last.clock.runUntil(async () => last.delivered.length > 0);
    expect(last.inputs()).toMatchObject([{ detail: { n: 2 } }]);
  });

  it('an event whose target is gone is dropped with a warning', async () => {
    const refuse = () => {
      throw new AwsError('ServiceUnavailable', 'Not now.', 503);
    };
    const before = await start({ rules: [TO_FUNCTION] }, refuse);
    await before.put({});
    await before.clock.runUntil(async () => before.logged.length > 0);

    await before.client.send(
      new RemoveTargetsCommand({ Rule: 'all', EventBusName: 'shop', Ids: ['function'] }),
    );
    const after = await start({});
    expect(after.logged).toEqual([
      expect.stringMatching(/is dropped: .*rule\/shop\/all no longer has the target/),
    ]);
    expect((await start({})).logged).toEqual([]);
  });
});
