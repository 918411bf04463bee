import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { IoTClient, ListPoliciesCommand } from '@aws-sdk/client-iot';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { authorization, createQueryClient, textsOf } from './query-client.ts';

export const CONNECTION = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
};

/** The names of what is there, in the order of the alphabet. */
export interface Inventory {
  readonly tables: readonly string[];
  readonly functions: readonly string[];
  readonly stateMachines: readonly string[];
  readonly queues: readonly string[];
  readonly logGroups: readonly string[];
  readonly topics: readonly string[];
  readonly roles: readonly string[];
  readonly networks: readonly string[];
  readonly devicePolicies: readonly string[];
  readonly schedules: readonly string[];
  readonly eventBuses: readonly string[];
  readonly eventArchives: readonly string[];
  /** The functions that streams start, once for each stream. */
  readonly streamReaders: readonly string[];
}

const lastPart = (name: string, separator: string) => name.slice(name.lastIndexOf(separator) + 1);
const sorted = (names: readonly (string | undefined)[] | undefined) =>
  (names ?? []).filter((name) => name !== undefined).toSorted();

async function post(url: string, service: string, target: string): Promise<unknown> {
  const headers = { authorization: authorization(service), 'x-amz-target': target };
  return (await fetch(url, { method: 'POST', headers, body: '{}' })).json();
}

/** Without the client of the SDK, which cannot read the dates of Debian's moto. */
async function listStateMachines(url: string): Promise<readonly string[]> {
  const { stateMachines } = Object(await post(url, 'states', 'AWSStepFunctions.ListStateMachines'));
  return (stateMachines as { name: string }[]).map(({ name }) => name);
}

async function listSchedules(url: string): Promise<readonly string[]> {
  const { Rules } = Object(await post(url, 'events', 'AWSEvents.ListRules'));
  return (Rules as { Name: string }[]).map(({ Name }) => Name);
}

/** Every account has a bus by default. */
async function listEventBuses(url: string): Promise<readonly string[]> {
  const { EventBuses } = Object(await post(url, 'events', 'AWSEvents.ListEventBuses'));
  return (EventBuses as { Name: string }[]).map(({ Name }) => Name).filter((name) => name !== 'default');
}

async function listEventArchives(url: string): Promise<readonly string[]> {
  const { Archives } = Object(await post(url, 'events', 'AWSEvents.ListArchives'));
  return (Archives as { ArchiveName: string }[]).map(({ ArchiveName }) => ArchiveName);
}

/** Without the client of the SDK, which leaves out the slash at the end that Debian's moto wants. */
async function listStreamReaders(url: string): Promise<readonly string[]> {
  const headers = { authorization: authorization('lambda') };
  const response = await fetch(`${url}/2015-03-31/event-source-mappings/`, { headers });
  const { EventSourceMappings } = Object(await response.json());
  return (EventSourceMappings as { FunctionArn: string }[]).map(({ FunctionArn }) =>
    lastPart(FunctionArn, ':'),
  );
}

/** Asks each service itself, not CloudFormation. */
export async function takeInventory(url: string): Promise<Inventory> {
  const options = { ...CONNECTION, endpoint: url };
  const query = createQueryClient(url);
  const [
    tables,
    functions,
    machines,
    queues,
    groups,
    topics,
    roles,
    networks,
    policies,
    schedules,
    eventBuses,
    eventArchives,
    streamReaders,
  ] = await Promise.all([
    new DynamoDBClient(options).send(new ListTablesCommand()),
    new LambdaClient(options).send(new ListFunctionsCommand()),
    listStateMachines(url),
    new SQSClient(options).send(new ListQueuesCommand()),
    new CloudWatchLogsClient(options).send(new DescribeLogGroupsCommand()),
    query.call('sns', 'ListTopics'),
    query.call('iam', 'ListRoles'),
    query.call('ec2', 'DescribeVpcs'),
    new IoTClient(options).send(new ListPoliciesCommand()),
    listSchedules(url),
    listEventBuses(url),
    listEventArchives(url),
    listStreamReaders(url),
  ]);
  return {
    tables: sorted(tables.TableNames),
    functions: sorted(functions.Functions?.map(({ FunctionName }) => FunctionName)),
    stateMachines: sorted(machines),
    queues: sorted(queues.QueueUrls?.map((queueUrl) => lastPart(queueUrl, '/'))),
    logGroups: sorted(groups.logGroups?.map(({ logGroupName }) => logGroupName)),
    topics: sorted(textsOf(topics, 'TopicArn').map((arn) => lastPart(arn, ':'))),
    roles: sorted(textsOf(roles, 'RoleName')),
    // Every account has a network by default, whose addresses begin with 172.
    networks: sorted(
      [...new Set(textsOf(networks, 'cidrBlock'))].filter((block) => !block.startsWith('172.')),
    ),
    devicePolicies: sorted(policies.policies?.map(({ policyName }) => policyName)),
    schedules: sorted(schedules),
    eventBuses: sorted(eventBuses),
    eventArchives: sorted(eventArchives),
    streamReaders: sorted(streamReaders),
  };
}
