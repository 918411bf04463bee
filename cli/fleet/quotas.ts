import { paginateListServiceQuotas, type ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { explain } from '../explain.ts';

interface QuotaDefinition {
  readonly serviceCode: string;
  /** What its name has to say: AWS's codes differ for what is the same in all accounts. */
  readonly quotaName: RegExp;
  /** Of an account that has not asked for more. */
  readonly default: number;
}

/**
 * What limits how fast a fleet goes.
 *
 * - AWS IoT: https://docs.aws.amazon.com/general/latest/gr/iot-core.html
 * - DynamoDB: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
 * - Lambda: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const DEFINITIONS = {
  /** Calls a second. */
  updateCertificate: { serviceCode: 'iotcore', quotaName: /\bUpdateCertificate\b/, default: 10 },
  describeCertificate: { serviceCode: 'iotcore', quotaName: /\bDescribeCertificate\b/, default: 10 },
  listPrincipalThings: { serviceCode: 'iotcore', quotaName: /\bListPrincipalThings\b/, default: 10 },
  /** Write units a second of a table. */
  tableWriteUnits: {
    serviceCode: 'dynamodb',
    quotaName: /^Table-level write throughput/i,
    default: 40_000,
  },
  /** At the same time, of all functions. */
  concurrentExecutions: { serviceCode: 'lambda', quotaName: /^Concurrent executions$/i, default: 1_000 },
} as const satisfies Readonly<Record<string, QuotaDefinition>>;

export type QuotaName = keyof typeof DEFINITIONS;
export type Quotas = Readonly<Record<QuotaName, number>>;

export interface KnownQuotas {
  readonly quotas: Quotas;
  /** Those that are the account's own, not the defaults. */
  readonly read: readonly QuotaName[];
  /** Why the others are not, for people. */
  readonly notice?: string;
}

const NAMES = Object.keys(DEFINITIONS) as QuotaName[];

export const DEFAULT_QUOTAS: Quotas = Object.fromEntries(
  NAMES.map((name) => [name, DEFINITIONS[name].default]),
) as Record<QuotaName, number>;

/** The account's own quotas where Service Quotas tells them, and AWS's defaults for the rest. */
export async function readQuotas(client: ServiceQuotasClient): Promise<KnownQuotas> {
  const found = new Map<QuotaName, number>();
  let notice: string | undefined;
  for (const serviceCode of new Set(NAMES.map((name) => DEFINITIONS[name].serviceCode))) {
    try {
      await readService(client, serviceCode, found);
    } catch (error) {
      notice ??= `The quotas are AWS's defaults, as yours cannot be read: ${explain(error)}`;
    }
  }
  return {
    quotas: { ...DEFAULT_QUOTAS, ...Object.fromEntries(found) },
    read: [...found.keys()],
    ...(notice !== undefined && { notice }),
  };
}

async function readService(
  client: ServiceQuotasClient,
  serviceCode: string,
  found: Map<QuotaName, number>,
): Promise<void> {
  const names = NAMES.filter((name) => DEFINITIONS[name].serviceCode === serviceCode);
  for await (const { Quotas = [] } of paginateListServiceQuotas({ client }, { ServiceCode: serviceCode })) {
    for (const { QuotaName = '', Value } of Quotas) {
      const name = names.find((one) => DEFINITIONS[one].quotaName.test(QuotaName));
      if (name !== undefined && Value !== undefined) found.set(name, Value);
    }
  }
}
