import { BATCH_SECONDS, DEVICES_A_BATCH, type FleetShape } from './counts.ts';
import type { Quotas } from './quotas.ts';

/** The map's, unless an execution is told otherwise: see docs/messages.md. */
const DEFAULT_MAX_CONCURRENCY = 10;
/** What the reconciler keeps to, as serverless.yml has it. */
const DEFAULT_CREDENTIALS_CALLS_PER_SECOND = 8;
/** A run of the reconciler works for 52 seconds of its minute. */
const RECONCILER_SHARE = 52 / 60;
/**
 * Of an on-demand table that has not seen more yet.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput-scenarios.html
 */
const NEW_TABLE_WRITE_UNITS_PER_SECOND = 4_000;

export interface Pace {
  readonly seconds: number;
  readonly perSecond: number;
  /** What allows no more, for people. */
  readonly limitedBy: string;
}

export interface PaceOptions {
  /** 0: as many as Step Functions starts. */
  readonly maxConcurrency?: number;
  readonly credentialsCallsPerSecond?: number;
}

/** How long the moving takes. */
export function timeOfMove(
  { devices, guardsADevice = 1 }: FleetShape,
  quotas: Quotas,
  { maxConcurrency = DEFAULT_MAX_CONCURRENCY }: PaceOptions = {},
): Pace {
  const asked = maxConcurrency === 0 ? Number.POSITIVE_INFINITY : maxConcurrency;
  const perBatch = DEVICES_A_BATCH / BATCH_SECONDS;
  const writeUnits = Math.min(quotas.tableWriteUnits, NEW_TABLE_WRITE_UNITS_PER_SECOND);
  const writeUnitsADevice = 2 * (1 + guardsADevice); // in the table of devices, the busier one
  return slowest(devices, [
    [asked * perBatch, `${maxConcurrency} batches at a time (--max-concurrency)`],
    [quotas.concurrentExecutions * perBatch, "Lambda's concurrent executions"],
    [writeUnits / writeUnitsADevice, `${writeUnits} write units a second of the table`],
  ]);
}

/** How long it takes until the last certificate is off, which AWS IoT's quotas decide. */
export function timeOfCredentials(
  { devices, certificates = devices }: FleetShape,
  quotas: Quotas,
  { credentialsCallsPerSecond = DEFAULT_CREDENTIALS_CALLS_PER_SECOND }: PaceOptions = {},
): Pace {
  const { updateCertificate, describeCertificate, listPrincipalThings } = quotas;
  return slowest(certificates, [
    [
      credentialsCallsPerSecond * RECONCILER_SHARE,
      `credentialsCallsPerSecond (${credentialsCallsPerSecond}) of the stack`,
    ],
    [
      Math.min(updateCertificate, describeCertificate, listPrincipalThings),
      "AWS IoT's quotas for certificates",
    ],
  ]);
}

function slowest(count: number, rates: readonly (readonly [perSecond: number, limitedBy: string])[]): Pace {
  const [perSecond, limitedBy] = rates.reduce((one, other) => (other[0] < one[0] ? other : one));
  return { seconds: count / perSecond, perSecond, limitedBy };
}
