import { type PackagedTemplate, packagedTemplate } from '@device-lifecycle/test-kit/packaged-template.ts';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { documentedKinds, kindOf, type Metric } from './metrics.ts';
import { ownMetrics } from './own-metrics.ts';

interface Widget {
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: {
    readonly region?: string;
    readonly metrics?: readonly (readonly (string | object)[])[];
    readonly alarms?: readonly string[];
  };
}

/** `.` stands for what the line above has in its place. */
function expand(lines: readonly (readonly (string | object)[])[]): readonly Metric[] {
  let above: readonly string[] = [];
  return lines.map((line) => {
    above = line
      .filter((part): part is string => typeof part === 'string')
      .map((part, index) => (part === '.' ? String(above[index]) : part));
    const [namespace = '', metricName = '', ...rest] = above;
    const pairs = rest.flatMap((name, index) => (index % 2 === 0 ? [[name, rest[index + 1]]] : []));
    return { namespace, metricName, dimensions: Object.fromEntries(pairs) };
  });
}

describe('the dashboard of the packaged template', () => {
  let template: PackagedTemplate;
  let widgets: readonly Widget[];
  let metrics: readonly Metric[];

  beforeAll(async () => {
    template = await packagedTemplate();
    const [dashboard] = template.ofType('AWS::CloudWatch::Dashboard');
    widgets = JSON.parse(String(dashboard?.properties['DashboardBody'])).widgets;
    metrics = widgets.flatMap((widget) => expand(widget.properties.metrics ?? []));
  });

  it('shows metrics that AWS documents, of resources of this stack, or that our functions write', async () => {
    const own = await ownMetrics(template);
    const { functions, stateMachines, queues, tables } = template.stack;
    const names = new Set([
      ...functions.map(({ functionName }) => functionName),
      ...stateMachines.map(({ arn }) => arn),
      ...queues.map(({ queueName }) => queueName),
      ...tables.map(({ tableName }) => tableName),
    ]);

    for (const metric of metrics) {
      if (metric.namespace.startsWith('AWS/')) {
        expect(documentedKinds).toContain(kindOf(metric));
        for (const value of Object.values(metric.dimensions)) expect(names).toContain(value);
      } else {
        expect(own).toContainEqual(metric);
      }
    }
    expect(metrics.length).toBeGreaterThan(0);
  });

  it('shows every function, table and state machine, and every request that can fail', async () => {
    const { functions, stateMachines, tables } = template.stack;
    const shown = new Set(metrics.flatMap(({ dimensions }) => Object.values(dimensions)));
    const failures = (await ownMetrics(template)).filter(
      ({ metricName, dimensions }) => metricName === 'Failed' && 'operation' in dimensions,
    );

    for (const { functionName } of functions) expect(shown).toContain(functionName);
    for (const { tableName } of tables) expect(shown).toContain(tableName);
    for (const { arn } of stateMachines) expect(shown).toContain(arn);
    expect(metrics).toEqual(expect.arrayContaining(failures));
  });

  it('begins with the state of every alarm', () => {
    const arns = template
      .ofType('AWS::CloudWatch::Alarm')
      .map(({ properties }) => `arn:aws:cloudwatch:us-east-1:123456789012:alarm:${properties['AlarmName']}`);

    expect(widgets[0]).toMatchObject({ type: 'alarm', y: 0 });
    expect(widgets[0]?.properties.alarms?.toSorted()).toEqual(arns.toSorted());
  });

  it('has full rows, without gaps and overlaps, of its own region', () => {
    const rows = Map.groupBy(widgets, ({ y }) => y);
    let nextY = 0;
    for (const [y, row] of rows) {
      expect(y).toBe(nextY);
      expect(row.map(({ x }) => x)).toEqual(
        row.map((_, index) => row.slice(0, index).reduce((sum, { width }) => sum + width, 0)),
      );
      expect(row.reduce((sum, { width }) => sum + width, 0)).toBe(24);
      const heights = new Set(row.map(({ height }) => height));
      expect(heights.size).toBe(1);
      nextY = y + (row[0]?.height ?? 0);
    }
    for (const { type, properties } of widgets) {
      if (type === 'metric') expect(properties.region).toBe('us-east-1');
    }
  });
});
