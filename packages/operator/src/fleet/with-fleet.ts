import { S3Client } from '@aws-sdk/client-s3';
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { ClientConfig } from '../client-config.ts';
import type { Connection, Stack } from '../stack.ts';
import { openBucket } from './bucket.ts';
import type { FleetTools } from './ports.ts';
import { DEFAULT_QUOTAS } from './quotas.ts';
import { readQuotas } from './read-quotas.ts';
import { createRuns } from './runs.ts';

/** The SDK's clients for a stack, none of which connects before it is used. */
interface FleetClients {
  readonly s3: S3Client;
  readonly sfn: SFNClient;
  readonly serviceQuotas: ServiceQuotasClient;
  close(): void;
}

function createFleetClients({ clientConfig }: Stack): FleetClients {
  const clients = {
    // Names of buckets are names of hosts on AWS alone.
    s3: new S3Client({ ...clientConfig, forcePathStyle: isLocal(clientConfig) }),
    sfn: new SFNClient({ ...clientConfig }),
    serviceQuotas: new ServiceQuotasClient({ ...clientConfig }),
  };
  return {
    ...clients,
    close() {
      for (const client of Object.values(clients)) client.destroy();
    },
  };
}

const isLocal = ({ endpoint }: ClientConfig): boolean => endpoint !== undefined;

export async function createFleetTools(
  { s3, sfn, serviceQuotas }: Omit<FleetClients, 'close'>,
  stack: Stack,
): Promise<FleetTools> {
  const notice = "The quotas are AWS's defaults: the laptop has none.";
  return {
    bucket: await openBucket(s3, stack),
    runs: createRuns(sfn, stack),
    readQuotas: async () =>
      isLocal(stack.clientConfig) ? { quotas: DEFAULT_QUOTAS, read: [], notice } : readQuotas(serviceQuotas),
  };
}

/** Connects to the stack that a command is about, runs it, and closes the connections. */
export async function withFleet<T>(
  context: Connection,
  run: (tools: FleetTools, stack: Stack) => Promise<T>,
): Promise<T> {
  const stack = await context.connect();
  const clients = createFleetClients(stack);
  try {
    return await run(await createFleetTools(clients, stack), stack);
  } finally {
    clients.close();
  }
}
