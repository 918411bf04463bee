/**
 * List prices of us-east-1 in USD, without free tiers, as of 2026-11-24. Other Regions cost up to twice as much.
 *
 * - Step Functions: https://aws.amazon.com/step-functions/pricing/
 * - Lambda, arm64: https://aws.amazon.com/lambda/pricing/
 * - DynamoDB, on demand: https://aws.amazon.com/dynamodb/pricing/on-demand/
 * - EventBridge: https://aws.amazon.com/eventbridge/pricing/
 * - AWS IoT, registry and shadow operations: https://aws.amazon.com/iot-core/pricing/
 * - S3: https://aws.amazon.com/s3/pricing/
 * - CloudWatch Logs, ingestion and queries: https://aws.amazon.com/cloudwatch/pricing/
 */
const PRICES_USD = {
  standardTransitions: 25 / 1e6,
  expressRequests: 1 / 1e6,
  /** Each execution is rounded up to 100 ms and 64 MB. */
  expressGbSeconds: 0.000_016_67,
  lambdaRequests: 0.2 / 1e6,
  lambdaGbSeconds: 0.000_013_333_4,
  /** 1 KB each; two for each item of a transaction. */
  writeRequestUnits: 0.625 / 1e6,
  /** 4 KB each; half of one when it is eventually consistent, two in a transaction. */
  readRequestUnits: 0.125 / 1e6,
  /** Custom events, 64 KB each. What Lambda reads of DynamoDB's streams costs nothing. */
  events: 1 / 1e6,
  iotOperations: 1.25 / 1e6,
  s3Puts: 5 / 1e6,
  s3Gets: 0.4 / 1e6,
  logGb: 0.5,
  /** Of CloudWatch Logs Insights' queries. */
  scannedLogGb: 0.005,
} as const;

/** What AWS charges for, each by its unit in `PRICES_USD`. */
export type Charged = keyof typeof PRICES_USD;

/** How much of each was or would be used; what is left out is 0. */
export type Counts = Readonly<Partial<Record<Charged, number>>>;

export interface Cost {
  readonly totalUsd: number;
  readonly byChargeUsd: Readonly<Partial<Record<Charged, number>>>;
}

/** What it costs at list prices. */
export function costOf(counts: Counts): Cost {
  const byCharge = (Object.keys(PRICES_USD) as Charged[])
    .filter((charge) => counts[charge] !== undefined)
    .map((charge) => [charge, (counts[charge] ?? 0) * PRICES_USD[charge]] as const);
  return {
    totalUsd: byCharge.reduce((sum, [, usd]) => sum + usd, 0),
    byChargeUsd: Object.fromEntries(byCharge),
  };
}

/** The sums of several counts. */
export function addCounts(...all: readonly Counts[]): Counts {
  const charges = new Set(all.flatMap((counts) => Object.keys(counts) as Charged[]));
  return Object.fromEntries(
    [...charges].map((charge) => [charge, all.reduce((sum, counts) => sum + (counts[charge] ?? 0), 0)]),
  );
}
