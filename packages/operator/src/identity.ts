import type { ClientConfig } from './client-config.ts';

/** Who the operator is, and where the calls go. */
export interface Identity {
  readonly arn: string;
  readonly accountId: string;
  /** `aws`, `aws-cn` or `aws-us-gov`. */
  readonly partition: string;
  readonly region: string;
}

/** Asks STS, which everybody with credentials may. Errors are those of the SDK. */
export async function whoAmI(clientConfig: ClientConfig): Promise<Identity> {
  const { GetCallerIdentityCommand, STSClient } = await import('@aws-sdk/client-sts');
  const sts = new STSClient({ ...clientConfig });
  try {
    const { Arn = 'unknown', Account = '' } = await sts.send(new GetCallerIdentityCommand());
    const [, partition = 'aws'] = Arn.split(':');
    return { arn: Arn, accountId: Account, partition, region: await sts.config.region() };
  } finally {
    sts.destroy();
  }
}
