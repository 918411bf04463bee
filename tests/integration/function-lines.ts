import { CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import type { RunningStack } from '@device-lifecycle/test-kit/laptop/stack.ts';

export type Line = Readonly<Record<string, unknown>>;

/** All that the code of a stack's functions has logged. Lambda's own lines have no `service`. */
export async function functionLines({ clientConfig, functions }: RunningStack): Promise<readonly Line[]> {
  const client = new CloudWatchLogsClient(clientConfig);
  const lines: Line[] = [];
  try {
    for (const functionName of Object.values(functions)) {
      const request = { logGroupName: `/aws/lambda/${functionName}` };
      for await (const { events = [] } of paginateFilterLogEvents({ client }, request)) {
        lines.push(...events.map(({ message = '' }) => JSON.parse(message) as Line));
      }
    }
  } finally {
    client.destroy();
  }
  return lines.filter((line) => 'service' in line);
}
