import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  type PackagedTemplate,
  packagedTemplate,
  tunedTemplate,
} from '@device-lifecycle/test-kit/packaged-template.ts';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { statementsOf } from './statements.ts';

const STAGES = ['dev', 'prod'] as const;

/** What holds data that nothing else has, and what devices live by: it must outlive its stack wherever it matters. */
const HOLDS_DATA = [
  'AWS::DynamoDB::Table',
  'AWS::SQS::Queue',
  'AWS::IoT::Policy',
  'AWS::Events::EventBus',
  'AWS::Events::Archive',
];

/** The log group of the dead letters that operators have discarded, which is no log of what runs. */
const DISCARDED = 'DiscardedDeadLettersLogGroup';

/** Of types that hold data now and then; the deployment's own bucket has what can be made again. */
const OTHERS_THAT_HOLD_DATA = [DISCARDED, 'FleetBucket'];

const readJson = async (file: string) => Object(JSON.parse(await readFile(file, 'utf8')));

/** The names of the resources of a type that no statement denies to unencrypted connections. */
function withoutTls(template: PackagedTemplate, type: string, policyType: string): readonly string[] {
  const key = type === 'AWS::S3::Bucket' ? 'Bucket' : 'Queues';
  const denying = new Set(
    statementsOf(template)
      .filter(({ effect, condition }) => {
        const { 'aws:SecureTransport': secure } = Object(condition['Bool']);
        return effect === 'Deny' && String(secure) === 'false';
      })
      .map(({ owner }) => owner),
  );
  const covered = template
    .ofType(policyType)
    .filter(({ logicalId }) => denying.has(logicalId))
    .flatMap(({ properties }) => [properties[key]].flat().map(String));
  return template
    .ofType(type)
    .filter(({ ref }) => ref === undefined || !covered.includes(ref))
    .map(({ logicalId }) => logicalId);
}

describe.each(STAGES)('the packaged template of the stage %s', (stage) => {
  let template: PackagedTemplate;

  beforeAll(async () => {
    template = await packagedTemplate(stage);
  });

  it('encrypts all that is stored: tables, queues and buckets by name, log groups by themselves', () => {
    for (const { properties } of template.ofType('AWS::DynamoDB::Table')) {
      expect(properties['SSESpecification']).toMatchObject({ SSEEnabled: true });
    }
    for (const { properties } of template.ofType('AWS::SQS::Queue')) {
      expect(properties['SqsManagedSseEnabled']).toBe(true);
    }
    for (const { properties } of template.ofType('AWS::S3::Bucket')) {
      expect(properties).toMatchObject({
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            { ServerSideEncryptionByDefault: { SSEAlgorithm: expect.stringMatching(/^(AES256|aws:kms)$/) } },
          ],
        },
      });
    }
    expect(template.ofType('AWS::S3::Bucket').length).toBeGreaterThan(0);
  });

  it('keeps the files of fleets for a limited time, and half an upload for a day', () => {
    const [bucket] = template
      .ofType('AWS::S3::Bucket')
      .filter(({ logicalId }) => logicalId === 'FleetBucket');
    expect(bucket?.properties['LifecycleConfiguration']).toEqual({
      Rules: [
        { Id: 'expire', Status: 'Enabled', ExpirationInDays: 90 },
        {
          Id: 'abort-uploads',
          Status: 'Enabled',
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
        },
      ],
    });
  });

  it('lets nobody reach a queue or a bucket without TLS', () => {
    expect(withoutTls(template, 'AWS::SQS::Queue', 'AWS::SQS::QueuePolicy')).toEqual([]);
    expect(withoutTls(template, 'AWS::S3::Bucket', 'AWS::S3::BucketPolicy')).toEqual([]);
  });

  it('has no bucket that could be made public', () => {
    for (const { properties } of template.ofType('AWS::S3::Bucket')) {
      expect(properties['PublicAccessBlockConfiguration']).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      });
    }
  });

  it('keeps backups of the tables for every moment of the last weeks', () => {
    for (const { properties } of template.ofType('AWS::DynamoDB::Table')) {
      expect(properties['PointInTimeRecoverySpecification']).toEqual({ PointInTimeRecoveryEnabled: true });
    }
  });

  it('keeps its logs for a limited time', () => {
    const groups = template.ofType('AWS::Logs::LogGroup');
    expect(groups.length).toBeGreaterThan(template.stack.functions.length);
    for (const { logicalId, properties } of groups) {
      if (logicalId === DISCARDED) continue;
      expect(properties['RetentionInDays']).toBe(stage === 'dev' ? 7 : 30);
    }
  });

  it('keeps for ten years what operators have discarded', () => {
    const discarded = template.ofType('AWS::Logs::LogGroup').find(({ logicalId }) => logicalId === DISCARDED);
    expect(discarded?.properties['RetentionInDays']).toBe(3653);
  });

  it('deletes what holds data with its stack in dev alone, and protects tables elsewhere', async () => {
    const { Resources: resources } = await readJson(template.file);
    const holding = Object.entries<Record<string, unknown>>(resources)
      .filter(
        ([logicalId, { Type: type }]) =>
          OTHERS_THAT_HOLD_DATA.includes(logicalId) || HOLDS_DATA.includes(String(type)),
      )
      .map(([, resource]) => resource);
    expect(holding.length).toBeGreaterThanOrEqual(5);
    for (const { DeletionPolicy: deletion, UpdateReplacePolicy: replacement } of holding) {
      expect({ deletion, replacement }).toEqual(
        stage === 'dev'
          ? { deletion: 'Delete', replacement: 'Delete' }
          : { deletion: 'RetainExceptOnCreate', replacement: 'Retain' },
      );
    }
    for (const { properties } of template.ofType('AWS::DynamoDB::Table')) {
      expect(properties['DeletionProtectionEnabled']).toBe(stage !== 'dev');
    }
  });

  it('names service and stage on its functions, and on the stack, which passes them on', async () => {
    const tags = { service: 'device-lifecycle', stage };
    const { service } = await readJson(join(dirname(template.file), 'serverless-state.json'));

    expect(service.provider.stackTags).toEqual(tags);
    for (const { properties } of template.ofType('AWS::Lambda::Function')) {
      expect(properties['Tags']).toEqual(Object.entries(tags).map(([Key, Value]) => ({ Key, Value })));
    }
  });

  it('gives floods a limit of their own, and lets one reconciler run, where there is concurrency to reserve', () => {
    const limits = template.stack.functions
      .filter(({ reservedConcurrency }) => reservedConcurrency !== undefined)
      .map(({ logicalId, reservedConcurrency }) => [logicalId, reservedConcurrency]);
    expect(limits).toEqual(
      stage === 'dev'
        ? []
        : [
            ['RecordHeartbeatLambdaFunction', 100],
            ['RecordPresenceLambdaFunction', 50],
            ['ReconcileCredentialsLambdaFunction', 1],
          ],
    );
  });

  it('traces no function and no execution, unless it is asked to', async () => {
    const modes = ({ ofType }: PackagedTemplate) =>
      new Set(
        ofType('AWS::Lambda::Function').map(({ properties }) => Object(properties['TracingConfig']).Mode),
      );
    const traced = await tunedTemplate();
    const executions = ({ stack }: PackagedTemplate) =>
      stack.stateMachines.map(({ tracingConfiguration }) => tracingConfiguration?.['enabled']);
    expect(modes(template)).toEqual(new Set(['PassThrough']));
    expect(new Set(executions(template))).toEqual(new Set([false]));
    expect(modes(traced)).toEqual(new Set(['Active']));
    expect(new Set(executions(traced))).toEqual(new Set([true]));
  });
});
