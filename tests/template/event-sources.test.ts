import { compilePattern } from '@device-lifecycle/local/event-pattern/compile-pattern.ts';
import { type PackagedTemplate, packagedTemplate } from '@device-lifecycle/test-kit/packaged-template.ts';
import { beforeAll, describe, expect, it } from '@jest/globals';

const device = { id: { S: 'sensor-1' }, serialNumber: { S: 'SN-1' }, version: { N: '2' } };
const invalid = { ...device, decommission: { M: { requestId: { S: 'request-1' } } }, ttl: { N: '1' } };
const pending = { pendingCredentials: { S: '3' }, pendingSince: { N: '1764000000000' } };
const work = { credentialsWork: { M: { deactivation: { M: {} } } } };

const inserted = (NewImage: object) => ({ eventName: 'INSERT', dynamodb: { NewImage } });
const changed = (OldImage: object, NewImage: object) => ({
  eventName: 'MODIFY',
  dynamodb: { OldImage, NewImage },
});
const removed = (OldImage: object) => ({ eventName: 'REMOVE', dynamodb: { OldImage } });

describe('the streams that have certificates follow a device', () => {
  let template: PackagedTemplate;
  let mappings: readonly Record<string, unknown>[];

  beforeAll(async () => {
    template = await packagedTemplate();
    mappings = template
      .ofType('AWS::Lambda::EventSourceMapping')
      .map(({ properties }) => properties)
      .filter(({ FunctionName }) => String(FunctionName).endsWith('-settle-moved-devices'));
  });

  const starts = (record: object) =>
    mappings.map(({ FilterCriteria }) => {
      const filters: { Pattern: string }[] = Object(FilterCriteria).Filters;
      return filters.some(({ Pattern }) => compilePattern(Pattern)(record));
    });

  it('are those of both tables, from the first record on, and what fails is tried again record by record', () => {
    const tables = template.stack.tables.map(({ tableName }) =>
      expect.stringContaining(`:table/${tableName}/stream/`),
    );
    const [deadLetters] = template.stack.queues;

    expect(mappings.map(({ EventSourceArn }) => EventSourceArn).toSorted()).toEqual(tables);
    for (const mapping of mappings) {
      expect(mapping).toMatchObject({
        StartingPosition: 'TRIM_HORIZON',
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        BisectBatchOnFunctionError: true,
        DestinationConfig: { OnFailure: { Destination: deadLetters?.arn } },
      });
    }
    // Nobody else hears of what has expired.
    const attempts = mappings.map(({ EventSourceArn, MaximumRetryAttempts }) => [
      /table\/([\w-]+)/.exec(String(EventSourceArn))?.[1],
      MaximumRetryAttempts,
    ]);
    expect(Object.fromEntries(attempts)).toEqual({
      'device-lifecycle-dev-devices': 5,
      'device-lifecycle-dev-invalid-devices': 60,
    });
  });

  it('leave a batch time to be worked through one device after the other', () => {
    const [fn] = template.stack.functions.filter(({ functionName }) =>
      functionName.endsWith('-settle-moved-devices'),
    );
    for (const { BatchSize } of mappings) {
      expect(Number(fn?.timeoutMs) / Number(BatchSize)).toBeGreaterThan(2_000);
    }
  });

  it.each([
    ['a device that was decommissioned', inserted({ ...invalid, ...pending })],
    ['a device that was restored', inserted({ ...device, ...work, ...pending })],
  ])('start it for %s', (_, record) => {
    expect(starts(record)).toEqual([true, true]);
  });

  it.each([
    ['a registration', inserted(device)],
    ['a restored device that nothing was turned off of', inserted(device)],
    ['a guard', inserted({ id: { S: 'serialNumber#SN-1' }, deviceId: { S: 'sensor-1' } })],
    ['a heartbeat', changed(device, { ...device, lastSeenAt: { N: '5' } })],
    [
      'a heartbeat of a device whose certificates are pending',
      changed({ ...device, ...pending }, { ...device, ...pending, lastSeenAt: { N: '5' } }),
    ],
    [
      'a lease that it takes itself',
      changed({ ...invalid, ...pending }, { ...invalid, ...pending, ...work }),
    ],
    ['what it has done itself', changed({ ...invalid, ...pending, ...work }, { ...invalid, ...work })],
    ['a device that left for the other table', removed({ ...invalid, ...pending })],
    ['an expiry', removed(invalid)],
  ])('do not start it for %s', (_, record) => {
    expect(starts(record)).toEqual([false, false]);
  });

  /** As AWS stamps what DynamoDB removes itself. */
  const swept = (image: object) => ({
    ...removed(image),
    userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
  });
  const purge = { id: { S: 'purge#sensor-1#ttl#5' }, deviceId: { S: 'sensor-1' } };

  it('start it for a device whose retention is over', () => {
    expect(starts(swept(invalid))).toEqual([true, false]);
  });

  it.each([
    ['a device that was purged', removed(invalid)],
    ['a guard that has expired', swept({ id: { S: 'serialNumber#SN-1' }, deviceId: { S: 'sensor-1' } })],
    ['the record of a purge', inserted({ ...purge, ...pending })],
    ['the record of a purge that has expired', swept(purge)],
  ])('do not start it for %s', (_, record) => {
    expect(starts(record)).toEqual([false, false]);
  });
});

describe('the schedule', () => {
  it('starts the reconciler each minute, and nothing else', async () => {
    const template = await packagedTemplate();
    const [rule, ...others] = template
      .ofType('AWS::Events::Rule')
      .filter(({ properties }) => properties['ScheduleExpression'] !== undefined);
    const reconciler = template.stack.functions.find(
      ({ logicalId }) => logicalId === 'ReconcileCredentialsLambdaFunction',
    );

    expect(others).toEqual([]);
    expect(rule?.properties).toMatchObject({
      Name: 'device-lifecycle-dev-reconcile-credentials',
      ScheduleExpression: 'rate(1 minute)',
      State: 'ENABLED',
      Targets: [{ Arn: reconciler?.arn }],
    });
    expect(reconciler?.timeoutMs).toBeLessThanOrEqual(60_000);
  });

  it('lets EventBridge alone start it', async () => {
    const permissions = (await packagedTemplate())
      .ofType('AWS::Lambda::Permission')
      .filter(({ properties }) => properties['Principal'] === 'events.amazonaws.com');
    expect(permissions.map(({ properties }) => properties['SourceArn'])).toEqual([
      'arn:aws:events:us-east-1:123456789012:rule/device-lifecycle-dev-reconcile-credentials',
    ]);
  });
});
