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
export const QUOTA_DEFINITIONS = {
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

export type QuotaName = keyof typeof QUOTA_DEFINITIONS;
export type Quotas = Readonly<Record<QuotaName, number>>;

export interface KnownQuotas {
  readonly quotas: Quotas;
  /** Those that are the account's own, not the defaults. */
  readonly read: readonly QuotaName[];
  /** Why the others are not, for people. */
  readonly notice?: string;
}

export const QUOTA_NAMES = Object.keys(QUOTA_DEFINITIONS) as QuotaName[];

export const DEFAULT_QUOTAS: Quotas = Object.fromEntries(
  QUOTA_NAMES.map((name) => [name, QUOTA_DEFINITIONS[name].default]),
) as Record<QuotaName, number>;
