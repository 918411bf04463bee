import { readFile } from 'node:fs/promises';
import type { JsonObject } from '@device-lifecycle/local/template/template.ts';
import {
  type PackagedTemplate,
  packagedTemplate,
  tunedTemplate,
} from '@device-lifecycle/test-kit/packaged-template.ts';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { documentedKinds, kindOf, type Metric } from './metrics.ts';
import { ownMetrics } from './own-metrics.ts';

interface Query {
  readonly Id: string;
  readonly Expression?: string;
  readonly MetricStat?: {
    readonly Metric: {
      readonly Namespace: string;
      readonly MetricName: string;
      readonly Dimensions: Dimension[];
    };
  };
}
interface Dimension {
  readonly Name: string;
  readonly Value: string;
}

const dimensionsOf = (dimensions: readonly Dimension[]) =>
  Object.fromEntries(dimensions.map(({ Name, Value }) => [Name, Value]));

/** The metrics of an alarm: its own one, or those of its formula. */
function metricsOf(properties: JsonObject): readonly Metric[] {
  const { Namespace, MetricName, Dimensions, Metrics } = Object(properties);
  if (Metrics === undefined) {
    return [{ namespace: Namespace, metricName: MetricName, dimensions: dimensionsOf(Dimensions) }];
  }
  return (Metrics as readonly Query[]).flatMap(({ MetricStat }) =>
    MetricStat === undefined
      ? []
      : {
          namespace: MetricStat.Metric.Namespace,
          metricName: MetricStat.Metric.MetricName,
          dimensions: dimensionsOf(MetricStat.Metric.Dimensions),
        },
  );
}

/** The headings of the third level of docs/operations.md, as GitHub makes anchors of them. */
async function runbookAnchors(): Promise<readonly string[]> {
  const text = await readFile(new URL('../../docs/operations.md', import.meta.url), 'utf8');
  return [...text.matchAll(/^### (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

describe('the alarms of the packaged template', () => {
  let template: PackagedTemplate;
  let alarms: readonly JsonObject[];

  beforeAll(async () => {
    template = await packagedTemplate();
    alarms = template.ofType('AWS::CloudWatch::Alarm').map(({ properties }) => properties);
  });

  it('each link a paragraph of docs/operations.md that exists', async () => {
    const linked = alarms.map(
      ({ AlarmDescription }) => / See docs\/operations\.md#([\w-]+)$/.exec(String(AlarmDescription))?.[1],
    );
    const anchors = await runbookAnchors();

    expect(linked.filter((anchor) => anchor === undefined || !anchors.includes(anchor))).toEqual([]);
    expect(linked.length).toBeGreaterThan(0);
  });

  it('watch metrics that AWS documents, of resources of this stack, or that our functions write', async () => {
    const own = await ownMetrics(template);
    const { functions, stateMachines, queues, tables } = template.stack;
    const names = new Set([
      ...functions.map(({ functionName }) => functionName),
      ...stateMachines.map(({ arn }) => arn),
      ...queues.map(({ queueName }) => queueName),
      ...tables.map(({ tableName }) => tableName),
    ]);

    for (const metric of alarms.flatMap(metricsOf)) {
      if (metric.namespace.startsWith('AWS/')) {
        expect(documentedKinds).toContain(kindOf(metric));
        for (const value of Object.values(metric.dimensions)) expect(names).toContain(value);
      } else {
        expect(own).toContainEqual(metric);
      }
    }
  });

  it('watch every function and every state machine', () => {
    const watched = (metricName: string) =>
      alarms
        .flatMap(metricsOf)
        .filter((metric) => metric.metricName === metricName)
        .flatMap(({ dimensions }) => Object.values(dimensions))
        .toSorted();
    const functionNames = template.stack.functions.map(({ functionName }) => functionName).toSorted();
    const machineArns = template.stack.stateMachines.map(({ arn }) => arn).toSorted();
    // One at a time is to run, and a run that fails leaves nothing behind.
    const reconciler = 'device-lifecycle-dev-reconcile-credentials';

    expect(watched('Errors')).toEqual(functionNames);
    for (const metricName of ['Throttles', 'DestinationDeliveryFailures']) {
      expect(watched(metricName)).toEqual(functionNames.filter((name) => name !== reconciler));
    }
    for (const metricName of ['ExecutionsFailed', 'ExecutionsTimedOut']) {
      expect(watched(metricName)).toEqual(machineArns);
    }
  });

  it('watch all requests that can fail, together', () => {
    const watched = alarms.flatMap(metricsOf).filter(({ metricName }) => metricName === 'Failed');
    expect(watched.map(({ dimensions }) => dimensions)).toEqual([{ service: 'device-lifecycle-dev' }]);
  });

  it('have formulas of at most ten metrics, one result, and nothing that is not defined', () => {
    for (const { Metrics } of alarms) {
      if (Metrics === undefined) continue;
      const queries = Metrics as unknown as readonly (Query & { readonly ReturnData: boolean })[];
      const ids = queries.map(({ Id }) => Id);
      expect(queries.filter(({ MetricStat }) => MetricStat !== undefined).length).toBeLessThanOrEqual(10);
      expect(queries.filter(({ ReturnData }) => ReturnData)).toHaveLength(1);
      expect(new Set(ids).size).toBe(ids.length);
      for (const { Expression = '' } of queries) {
        for (const [name] of Expression.matchAll(/\b[a-z]\w*/g)) expect(ids).toContain(name);
      }
    }
  });

  it('take certificates that are pending for too long, and a reconciler that is silent, for bad news', async () => {
    const [alarm] = alarms.filter(
      ({ AlarmName }) => AlarmName === 'device-lifecycle-dev-pending-credentials',
    );
    const patient = await tunedTemplate();
    const thresholds = patient
      .ofType('AWS::CloudWatch::Alarm')
      .map(({ properties }) => Number(properties['Threshold']));

    expect(alarm).toMatchObject({
      EvaluationPeriods: 3,
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: 6,
      TreatMissingData: 'breaching',
    });
    expect(alarm?.['Metrics']).toMatchObject([
      { Expression: 'oldest / 3600' },
      { MetricStat: { Stat: 'Maximum' } },
    ]);
    expect(thresholds).toContain(48);
  });

  it('take no news for good news but where it is said, and tell the topic when they begin and when they end', () => {
    const [topic] = template.ofType('AWS::SNS::Topic');
    const topicArn = `arn:aws:sns:us-east-1:123456789012:${topic?.properties['TopicName']}`;
    for (const alarm of alarms) {
      expect(alarm).toMatchObject({ AlarmActions: [topicArn], OKActions: [topicArn] });
    }
    const bad = alarms.filter(({ TreatMissingData }) => TreatMissingData !== 'notBreaching');
    expect(bad.map(({ AlarmName }) => AlarmName)).toEqual(['device-lifecycle-dev-pending-credentials']);
  });
});

describe('the topic of the alarms', () => {
  let template: PackagedTemplate;

  beforeAll(async () => {
    template = await packagedTemplate();
  });

  it('is encrypted with a key that CloudWatch may use, and rotates', () => {
    const [topic] = template.ofType('AWS::SNS::Topic');
    const [key, ...others] = template.ofType('AWS::KMS::Key');

    expect(others).toEqual([]);
    expect(topic?.properties).toHaveProperty('KmsMasterKeyId');
    expect(key?.properties).toMatchObject({ EnableKeyRotation: true });
    expect(Object(key?.properties['KeyPolicy']).Statement).toContainEqual(
      expect.objectContaining({
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        Condition: { StringEquals: { 'aws:SourceAccount': '123456789012' } },
      }),
    );
  });

  it('takes messages from the alarms of this stage alone, over TLS alone', () => {
    const [policy] = template.ofType('AWS::SNS::TopicPolicy');
    const statements = Object(policy?.properties['PolicyDocument']).Statement;
    const alarmNames = template
      .ofType('AWS::CloudWatch::Alarm')
      .map(({ properties }) => properties['AlarmName']);

    expect(statements).toHaveLength(2);
    expect(statements[0]).toMatchObject({
      Effect: 'Allow',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Action: 'sns:Publish',
      Condition: {
        StringEquals: { 'aws:SourceAccount': '123456789012' },
        ArnLike: {
          'aws:SourceArn': 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:device-lifecycle-dev-*',
        },
      },
    });
    expect(statements[1]).toMatchObject({
      Effect: 'Deny',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    });
    for (const name of alarmNames) expect(name).toMatch(/^device-lifecycle-dev-/);
  });

  it('has a subscription only for somebody who is named', async () => {
    const conditionalIn = async (stage: string) =>
      Object(JSON.parse(await readFile((await packagedTemplate(stage)).file, 'utf8')));

    const { Resources, Parameters, Conditions } = await conditionalIn('dev');

    expect(Resources.AlarmsEmail).toMatchObject({
      Condition: 'HasAlarmEmail',
      Properties: { Protocol: 'email' },
    });
    expect(Conditions.HasAlarmEmail).toEqual({ 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'AlarmEmail' }, ''] }] });
    expect(Parameters.AlarmEmail.Default).toBe('');
  });
});
