import { IoTClient } from '@aws-sdk/client-iot';
import { type Clock, systemClock } from '@device-lifecycle/local/clock.ts';
import type { Collections } from '@device-lifecycle/local/data/collections.ts';
import { startEndpoint } from '@device-lifecycle/local/endpoint/endpoint.ts';
import {
  type CertificateAuthority,
  createCertificateAuthority,
} from '@device-lifecycle/local/iot/certificate-authority.ts';
import { IotRegistry } from '@device-lifecycle/local/iot/iot-registry.ts';
import { createIotService } from '@device-lifecycle/local/iot/iot-service.ts';
import type { QuotaRates } from '@device-lifecycle/local/iot/quotas.ts';
import type { ActionTargets } from '@device-lifecycle/local/rules/actions/action.ts';
import { createRulesEngine, type Rules } from '@device-lifecycle/local/rules/rules-engine.ts';
import { ruleTargets } from '@device-lifecycle/test-kit/rule-targets.ts';
import { expect } from '@jest/globals';
import { silentLog } from './silent-log.ts';

export const REGION = 'us-east-1';
export const ACCOUNT_ID = '000000000000';

export interface IotHarness {
  readonly url: string;
  readonly client: IoTClient;
  readonly registry: IotRegistry;
  readonly authority: CertificateAuthority;
  readonly rules: Rules;
  close(): Promise<void>;
}

interface IotHarnessOptions {
  readonly clock?: Clock;
  readonly detachDelayMs?: number;
  readonly quotas?: QuotaRates;
  /** What topic rules act on; what is left out refuses. */
  readonly ruleTargets?: Partial<ActionTargets>;
  /** Keeps topic rules. */
  readonly collections?: Collections;
}

/** A registry behind a real endpoint, and the SDK's own client for it. */
export async function startIotHarness(options: IotHarnessOptions = {}): Promise<IotHarness> {
  const { clock = systemClock, detachDelayMs = 0, quotas = {} } = options;
  const registry = new IotRegistry({ region: REGION, accountId: ACCOUNT_ID, clock, detachDelayMs });
  const authority = await createCertificateAuthority();
  const log = silentLog;
  const rules = createRulesEngine({
    ...ruleTargets,
    ...options.ruleTargets,
    clock,
    accountId: ACCOUNT_ID,
    region: REGION,
    log,
    ...(options.collections !== undefined && { collections: options.collections }),
  });
  const iot = createIotService({
    registry,
    authority,
    topicRules: rules.topicRules,
    clock,
    accountId: ACCOUNT_ID,
    quotas,
  });
  const endpoint = await startEndpoint({ host: '127.0.0.1', port: 0, services: { iot }, log });
  const client = new IoTClient({
    endpoint: endpoint.url,
    region: REGION,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  return {
    url: endpoint.url,
    client,
    registry,
    authority,
    rules,
    async close() {
      client.destroy();
      registry.close();
      await endpoint.close();
    },
  };
}

/** Holds a call to an error of AWS's: its name, its HTTP status, and a part of its message. */
export async function expectError(
  call: Promise<unknown>,
  name: string,
  status: number,
  part = '',
): Promise<void> {
  await expect(call).rejects.toMatchObject({
    name,
    message: expect.stringContaining(part),
    $metadata: { httpStatusCode: status },
  });
}

export const POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'iot:Connect', Resource: '*' }],
});

export const OTHER_POLICY = POLICY.replace('iot:Connect', 'iot:Publish');
