import {
  CloudWatchLogsClient,
  DescribeQueryDefinitionsCommand,
  GetQueryResultsCommand,
  type QueryDefinition,
  StartQueryCommand,
  StopQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Connection, Stack } from '../stack.ts';
import type { LogQueries } from './ports.ts';

/** What a row has for GetLogRecord, which nobody can read. */
const POINTER = '@ptr';

/** Connects to the stack that a command is about, runs it, and closes the connection. */
export async function withLogQueries<T>(
  context: Connection,
  run: (queries: LogQueries, stack: Stack) => Promise<T>,
): Promise<T> {
  const stack = await context.connect();
  const client = new CloudWatchLogsClient({ ...stack.clientConfig });
  try {
    return await run(createLogQueries(client, stack), stack);
  } finally {
    client.destroy();
  }
}

export function createLogQueries(client: CloudWatchLogsClient, { name }: Stack): LogQueries {
  const prefix = `${name}/`;
  return {
    async saved() {
      const definitions: QueryDefinition[] = [];
      let nextToken: string | undefined;
      do {
        const request = { queryDefinitionNamePrefix: prefix, ...(nextToken !== undefined && { nextToken }) };
        const page = await client.send(new DescribeQueryDefinitionsCommand(request));
        definitions.push(...(page.queryDefinitions ?? []));
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
      return definitions.map(({ name = '', queryString = '', logGroupNames = [] }) => ({
        name: name.slice(prefix.length),
        queryString,
        logGroupNames,
      }));
    },
    async start({ logGroupNames, ...request }) {
      const { queryId = '' } = await client.send(
        new StartQueryCommand({ ...request, logGroupNames: [...logGroupNames] }),
      );
      return queryId;
    },
    async answer(queryId) {
      const {
        status = 'Unknown',
        results = [],
        statistics = {},
      } = await client.send(new GetQueryResultsCommand({ queryId }));
      const { recordsMatched = 0, recordsScanned = 0, bytesScanned = 0 } = statistics;
      return {
        status,
        rows: results.map((fields) =>
          Object.fromEntries(
            fields
              .filter(({ field }) => field !== POINTER)
              .map(({ field = '', value = '' }) => [field, value]),
          ),
        ),
        statistics: { recordsMatched, recordsScanned, bytesScanned },
      };
    },
    async stop(queryId) {
      await client.send(new StopQueryCommand({ queryId }));
    },
  };
}
