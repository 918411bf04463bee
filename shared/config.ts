import * as z from 'zod/mini';
import { MAX_RETENTION_DAYS, type RetentionPolicy } from './domain/retention.ts';
import { ConfigurationError } from './errors.ts';

/**
 * A setting of the deployment. Read at cold start, so that a missing one fails the first invocation and not the
 * first unlucky one.
 * @throws ConfigurationError naming the missing key
 */
export function requireSetting(key: string): string {
  const value = process.env[key];
  if (value === undefined || value === '') {
    throw new ConfigurationError(`The environment variable ${key} is missing. Set it in serverless.yml.`);
  }
  return value;
}

export const readTables = () => ({
  devices: requireSetting('DEVICES_TABLE'),
  invalidDevices: requireSetting('INVALID_DEVICES_TABLE'),
});

/** The bucket of what fleets are read from, and of what comes of them. */
export const readFleetBucket = (): string => requireSetting('FLEET_BUCKET');

const days = z.number().check(z.positive(), z.maximum(MAX_RETENTION_DAYS));
const retentionPolicy = z.strictObject({ defaultDays: days, byType: z.record(z.string(), days) });

/** @throws ConfigurationError when the policy is missing or is not `{"defaultDays": n, "byType": {"type": n}}` */
export function readRetentionPolicy(): RetentionPolicy {
  const key = 'RETENTION_POLICY';
  try {
    return retentionPolicy.parse(JSON.parse(requireSetting(key)));
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    throw new ConfigurationError(
      `${key} must be {"defaultDays": number, "byType": {type: number}} with days above 0. Mend it in serverless.yml.`,
      { cause: error },
    );
  }
}

/** Calls a second to each of AWS IoT's operations on certificates. */
export function readCredentialsRate(): number {
  const key = 'CREDENTIALS_CALLS_PER_SECOND';
  const rate = Number(requireSetting(key));
  if (rate > 0 && Number.isFinite(rate)) return rate;
  throw new ConfigurationError(
    `${key} must be a number above 0, of calls a second. Mend it in serverless.yml.`,
  );
}
