import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type PackagedTemplate, packagedTemplate } from '@device-lifecycle/test-kit/packaged-template.ts';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { LEASE_MS } from '../../shared/commands/settle-credentials.ts';

describe('the functions of the packaged template', () => {
  let template: PackagedTemplate;

  beforeAll(async () => {
    template = await packagedTemplate();
  });

  it('are named after their folders', () => {
    expect(template.stack.functions.map(({ functionName }) => functionName)).toEqual([
      'device-lifecycle-dev-register-device',
      'device-lifecycle-dev-update-device',
      'device-lifecycle-dev-record-heartbeat',
      'device-lifecycle-dev-record-presence',
      'device-lifecycle-dev-decommission-device',
      'device-lifecycle-dev-restore-device',
      'device-lifecycle-dev-hold-device',
      'device-lifecycle-dev-release-device',
      'device-lifecycle-dev-purge-device',
      'device-lifecycle-dev-decommission-devices',
      'device-lifecycle-dev-restore-devices',
      'device-lifecycle-dev-scan-stale-devices',
      'device-lifecycle-dev-gather-stale-devices',
      'device-lifecycle-dev-remove-remains',
      'device-lifecycle-dev-settle-credentials',
      'device-lifecycle-dev-settle-moved-devices',
      'device-lifecycle-dev-publish-events',
      'device-lifecycle-dev-reconcile-credentials',
    ]);
  });

  it('send what failed three times to the dead-letter queue, where an event starts them', () => {
    const [deadLetters] = template.stack.queues;
    const others = [
      'SettleMovedDevicesLambdaFunction',
      'PublishEventsLambdaFunction',
      'ReconcileCredentialsLambdaFunction',
    ];
    const started = template.stack.functions.filter(({ logicalId }) => !others.includes(logicalId));

    expect(started).toHaveLength(template.stack.functions.length - others.length);
    for (const { async } of started) {
      expect(async).toEqual({
        maximumRetryAttempts: 2,
        maximumEventAgeSeconds: 21_600,
        onFailure: deadLetters?.arn,
      });
    }
  });

  it('have a reconciler that nothing is kept for: the next run looks at the same', () => {
    const [reconciler] = template.stack.functions.filter(({ functionName }) =>
      functionName.endsWith('-reconcile-credentials'),
    );
    expect(reconciler?.async).toEqual({ maximumRetryAttempts: 0, maximumEventAgeSeconds: 60 });
  });

  it('lease credentials for longer than any of them may run', () => {
    const longestMs = Math.max(...template.stack.functions.map(({ timeoutMs }) => timeoutMs));
    expect(LEASE_MS).toBeGreaterThan(longestMs);
  });

  it('all have a role of their own', () => {
    const roles = template.ofType('AWS::Lambda::Function').map(({ properties }) => properties['Role']);
    expect(new Set(roles).size).toBe(template.stack.functions.length);
  });

  it('all have their code in their own archive, where the handler says', () => {
    for (const { codeDir, handler } of template.stack.functions) {
      expect(existsSync(join(codeDir, `${handler.replace(/\.handler$/, '')}.mjs`))).toBe(true);
    }
  });

  it('all know the tables, and only the one that starts executions knows the state machine', () => {
    const [devices, invalidDevices] = template.stack.tables.map(({ tableName }) => tableName);
    const knowing = template.stack.functions.filter(
      ({ environment }) => environment['DECOMMISSION_DEVICE_STATE_MACHINE_ARN'] !== undefined,
    );

    for (const { environment } of template.stack.functions) {
      expect(environment).toMatchObject({ DEVICES_TABLE: devices, INVALID_DEVICES_TABLE: invalidDevices });
    }
    expect(knowing.map(({ logicalId }) => logicalId)).toEqual(['DecommissionDeviceLambdaFunction']);
    expect(knowing[0]?.environment['DECOMMISSION_DEVICE_STATE_MACHINE_ARN']).toBe(
      template.stack.stateMachines.find(({ logicalId }) => logicalId === 'DecommissionDeviceStateMachine')
        ?.arn,
    );
  });

  it('know the bucket of fleets where they work for fleets', () => {
    const [bucket] = template
      .ofType('AWS::S3::Bucket')
      .filter(({ logicalId }) => logicalId === 'FleetBucket');
    const knowing = template.stack.functions.filter(({ environment }) => 'FLEET_BUCKET' in environment);

    expect(knowing.map(({ logicalId }) => logicalId)).toEqual([
      'DecommissionDevicesLambdaFunction',
      'RestoreDevicesLambdaFunction',
      'ScanStaleDevicesLambdaFunction',
      'GatherStaleDevicesLambdaFunction',
    ]);
    for (const { environment } of knowing) {
      expect(environment['FLEET_BUCKET']).toBe(bucket?.properties['BucketName']);
    }
  });

  it('all keep their logs for a limited time', () => {
    const days = template
      .ofType('AWS::Logs::LogGroup')
      .map(({ properties }) => properties['RetentionInDays']);
    // Beside the functions': of executions, of AWS IoT, and of discarded dead letters.
    const others = [7, 7, 7, 3653];
    const ofFunctions = template.stack.functions.map(() => 7);
    expect(days.map(Number).sort((a, b) => a - b)).toEqual([...ofFunctions, ...others]);
  });
});
