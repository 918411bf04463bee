import { setTimeout as delay } from 'node:timers/promises';
import {
  CloudWatchLogsClient,
  DescribeQueryDefinitionsCommand,
  FilterLogEventsCommand,
  GetQueryResultsCommand,
  type ResultField,
  StartQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import type { RunningStack } from './stack.ts';

/** A row of a query's result, by field. */
export type LogRow = Readonly<Record<string, string>>;

export type LogReader = ReturnType<typeof createLogReader>;

const POLL_MS = 25;
const LAST_DAY_SECONDS = 86_400;

const toRow = (fields: readonly ResultField[]): LogRow =>
  Object.fromEntries(fields.map(({ field = '', value = '' }) => [field, value]));

/** As docs/events.md describes it. */
interface LifecycleEvent {
  readonly 'detail-type': string;
  readonly detail: { readonly id: string; readonly deviceId: string; readonly sequence: number };
}

/** Runs the stack's saved queries over its logs of the last day, as an operator would. */
export function createLogReader({ clientConfig, eventBuses }: RunningStack) {
  const client = new CloudWatchLogsClient(clientConfig);

  async function findQuery(name: string) {
    const { queryDefinitions = [] } = await client.send(new DescribeQueryDefinitionsCommand({}));
    const query = queryDefinitions.find((definition) => definition.name?.endsWith(`/${name}`));
    if (query === undefined) throw new Error(`There is no saved query "${name}".`);
    return query;
  }

  return {
    /** The query's last part of the name, and what stands for its placeholders, such as `{ DEVICE_ID: 'valve-1' }`. */
    async query(name: string, placeholders: Readonly<Record<string, string>> = {}): Promise<LogRow[]> {
      const { queryString = '', logGroupNames } = await findQuery(name);
      const now = Math.floor(Date.now() / 1000);
      const { queryId } = await client.send(
        new StartQueryCommand({
          logGroupNames,
          startTime: now - LAST_DAY_SECONDS,
          endTime: now + 1,
          queryString: Object.entries(placeholders).reduce(
            (text, [placeholder, value]) => text.replaceAll(placeholder, value),
            queryString,
          ),
        }),
      );
      for (;;) {
        const { status, results = [] } = await client.send(new GetQueryResultsCommand({ queryId }));
        if (status === 'Complete') return results.map(toRow);
        if (status !== 'Running' && status !== 'Scheduled') {
          throw new Error(`The query "${name}" is ${status}.`);
        }
        await delay(POLL_MS);
      }
    },
    /** The types of the events that other systems have been told of a device, once each and in their order. */
    async eventsOf(deviceId: string): Promise<readonly string[]> {
      const { events = [] } = await client.send(
        new FilterLogEventsCommand({
          logGroupName: `/aws/events/${eventBuses.eventBus}`,
          filterPattern: `"${deviceId}"`,
        }),
      );
      const told = events
        .map(({ message = '' }) => JSON.parse(message) as LifecycleEvent)
        .filter(({ detail }) => detail.deviceId === deviceId);
      const sequenceOf = ({ detail }: LifecycleEvent) => detail.sequence;
      const inOrder = told.toSorted((one, other) => sequenceOf(one) - sequenceOf(other));
      return [...new Map(inOrder.map((event) => [event.detail.id, event['detail-type']])).values()];
    },
    close: () => client.destroy(),
  };
}
