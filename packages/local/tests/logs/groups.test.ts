import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DeleteQueryDefinitionCommand,
  DeleteRetentionPolicyCommand,
  DescribeLogGroupsCommand,
  DescribeQueryDefinitionsCommand,
  PutQueryDefinitionCommand,
  PutRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { silentLog } from '@device-lifecycle/test-kit/silent-log.ts';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../src/clock.ts';
import { type Endpoint, startEndpoint } from '../../src/endpoint/endpoint.ts';
import { type LogStore, openLogStore } from '../../src/logs/log-store.ts';
import { createLogsService, type LogsService } from '../../src/logs/logs-service.ts';
import { useDataDirectory } from '../support/data-directories.ts';

const place = { accountId: '000000000000', region: 'eu-west-1' };
const data = useDataDirectory();

let directory: string;
let running:
  | { store: LogStore; service: LogsService; endpoint: Endpoint; client: CloudWatchLogsClient }
  | undefined;

async function stop(): Promise<void> {
  running?.client.destroy();
  await running?.endpoint.close();
  running?.service.close();
  await running?.store.close();
  running = undefined;
}

/** CloudWatch Logs of a runtime that starts now, after the one before has ended. */
async function start() {
  await stop();
  const { collections } = await data.reopen();
  const common = { ...place, clock: systemClock, log: silentLog, collections };
  const store = await openLogStore({ ...common, directory });
  const service = createLogsService({ ...common, store });
  const endpoint = await startEndpoint({
    host: '127.0.0.1',
    port: 0,
    services: { logs: service.handle },
    log: silentLog,
  });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new CloudWatchLogsClient({ region: place.region, endpoint: endpoint.url, credentials });
  running = { store, service, endpoint, client };
  return running;
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'logs-'));
});

afterEach(async () => {
  await stop();
  await rm(directory, { recursive: true });
});

describe('log groups that calls make', () => {
  const logGroupName = '/mine';

  it('are there after a restart, with their retention', async () => {
    const { client } = await start();
    await client.send(new CreateLogGroupCommand({ logGroupName, tags: { a: 'b' } }));
    await client.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 7 }));

    const after = await start();
    const { logGroups } = await after.client.send(new DescribeLogGroupsCommand({}));
    expect(logGroups).toMatchObject([
      {
        logGroupName,
        retentionInDays: 7,
        logGroupArn: 'arn:aws:logs:eu-west-1:000000000000:log-group:/mine',
      },
    ]);

    await after.client.send(new DeleteRetentionPolicyCommand({ logGroupName }));
    const [group] = (await (await start()).client.send(new DescribeLogGroupsCommand({}))).logGroups ?? [];
    expect(group).not.toHaveProperty('retentionInDays');
    expect(group?.creationTime).toBe(logGroups?.[0]?.creationTime);
  });

  it('go with what was logged to them, and come again with their next event', async () => {
    const { client, store } = await start();
    await client.send(new CreateLogGroupCommand({ logGroupName }));
    store.write(logGroupName, 'stream', 'one');
    await client.send(new DeleteLogGroupCommand({ logGroupName }));
    expect(store.group(logGroupName)).toBeUndefined();
    expect(existsSync(join(directory, 'mine.log'))).toBe(false);

    store.write(logGroupName, 'stream', 'two');
    expect(store.group(logGroupName)?.events()).toMatchObject([{ message: 'two' }]);
  });
});

describe('query definitions that calls make', () => {
  it('are there after a restart, can be changed, and go', async () => {
    const { client } = await start();
    const input = { name: 'mine', queryString: 'fields @message' };
    const { queryDefinitionId } = await client.send(new PutQueryDefinitionCommand(input));

    const after = await start();
    await after.client.send(new PutQueryDefinitionCommand({ ...input, name: 'other', queryDefinitionId }));
    const describeAll = new DescribeQueryDefinitionsCommand({});
    expect((await after.client.send(describeAll)).queryDefinitions).toMatchObject([
      { queryDefinitionId, name: 'other', queryString: 'fields @message' },
    ]);

    await after.client.send(new DeleteQueryDefinitionCommand({ queryDefinitionId }));
    expect((await after.client.send(describeAll)).queryDefinitions).toEqual([]);
  });
});
