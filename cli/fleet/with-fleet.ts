import { S3Client } from '@aws-sdk/client-s3';
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { CommandContext } from '../command.ts';
import type { Stack } from '../stack.ts';
import { openBucket } from './bucket.ts';
import type { FleetTools } from './ports.ts';
import { DEFAULT_QUOTAS } from './quotas.ts';
import { readQuotas } from './read-quotas.ts';
import { createRuns } from './runs.ts';

/** Connects to the stack that a command is about, runs it, and closes the connections. */
export async function withFleet<T>(
  context: Pick<CommandContext, 'connect'>,
  run: (tools: FleetTools, stack: Stack) => Promise<T>,
): Promise<T> {
  const stack = await context.connect();
  const { clientConfig } = stack;
  const isLocal = clientConfig.endpoint !== undefined;
  // Names of buckets are names of hosts on AWS alone.
  const s3 = new S3Client({ ...clientConfig, forcePathStyle: isLocal });
  const sfn = new SFNClient({ ...clientConfig });
  const serviceQuotas = new ServiceQuotasClient({ ...clientConfig });
  try {
    return await run(
      {
        bucket: await openBucket(s3, stack),
        runs: createRuns(sfn, stack),
        readQuotas: async () =>
          isLocal
            ? {
                quotas: DEFAULT_QUOTAS,
                read: [],
                notice: "The quotas are AWS's defaults: the laptop has none.",
              }
            : readQuotas(serviceQuotas),
      },
      stack,
    );
  } finally {
    for (const client of [s3, sfn, serviceQuotas]) client.destroy();
  }
}
