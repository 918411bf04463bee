import { fieldsOf } from '@device-lifecycle/local/logs/insights/fields-of.ts';
import { parseQuery } from '@device-lifecycle/local/logs/insights/parse-query.ts';
import { type PackagedTemplate, packagedTemplate } from '@device-lifecycle/test-kit/packaged-template.ts';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { LOG_LINE_FIELDS } from '../support/log-lines.ts';
import { AWS_LOG_FIELDS } from './aws-log-fields.ts';

const NAMES = [
  'AWS IoT log by clientId and eventType',
  'cold starts',
  'cost drivers',
  'credentials',
  'dead letters',
  'durations by operation',
  'failed executions',
  'fleets',
  'ghosts',
  'life of a device',
  'rejections by code',
  'slowest moves',
  'transaction cancellations by reason',
  'way of a request',
];

/** What has been discarded comes from anywhere; what is told to other systems is in the log of the function that does. */
const NOT_SEARCHED = ['DiscardedDeadLettersLogGroup', 'EventsLogGroup'];

describe('the saved queries of the packaged template', () => {
  let template: PackagedTemplate;
  let queries: readonly {
    readonly name: string;
    readonly text: string;
    readonly groups: readonly string[];
  }[];

  beforeAll(async () => {
    template = await packagedTemplate();
    queries = template.ofType('AWS::Logs::QueryDefinition').map(({ properties }) => ({
      name: String(properties['Name']),
      text: String(properties['QueryString']),
      groups: properties['LogGroupNames'] as readonly string[],
    }));
  });

  it('are in a folder of the stack', () => {
    expect(queries.map(({ name }) => name).sort()).toEqual(
      NAMES.map((name) => `device-lifecycle-dev/${name}`),
    );
  });

  it.each(NAMES)('ask in %s only for fields that our logs or those of AWS have', (name) => {
    const text = queries.find((query) => query.name.endsWith(`/${name}`))?.text ?? '';
    const { read } = fieldsOf(parseQuery(text));
    expect(read.filter((field) => !LOG_LINE_FIELDS.has(field) && !AWS_LOG_FIELDS.has(field))).toEqual([]);
    expect(read.length).toBeGreaterThan(0);
  });

  it('look into log groups that there are', () => {
    const groups = template
      .ofType('AWS::Logs::LogGroup')
      .map(({ properties }) => String(properties['LogGroupName']));
    for (const query of queries) {
      expect(query.groups.length).toBeGreaterThan(0);
      expect(groups).toEqual(expect.arrayContaining([...query.groups]));
    }
  });

  it('look for a device wherever something runs', () => {
    const groups = template
      .ofType('AWS::Logs::LogGroup')
      .filter(({ logicalId }) => !NOT_SEARCHED.includes(logicalId))
      .map(({ properties }) => properties['LogGroupName']);
    const life = queries.find(({ name }) => name.endsWith('/life of a device'));
    expect([...(life?.groups ?? [])].sort()).toEqual(groups.sort());
  });

  it('say how many rows they give, and in which order', () => {
    for (const { text } of queries) {
      const commands = parseQuery(text).map(({ type }) => type);
      expect(commands).toEqual(expect.arrayContaining(['sort', 'limit']));
    }
  });

  it('put every command of the language to use', () => {
    const commands = new Set(queries.flatMap(({ text }) => parseQuery(text).map(({ type }) => type)));
    for (const command of ['fields', 'filter', 'parse', 'stats', 'sort', 'limit']) {
      expect(commands).toContain(command);
    }
  });
});

describe('the saved queries where AWS IoT does not log', () => {
  it('leave its log group out, and the query for it alone with it', async () => {
    const { ofType } = await packagedTemplate('prod');
    const queries = ofType('AWS::Logs::QueryDefinition');
    expect(queries.flatMap(({ properties }) => properties['LogGroupNames'])).not.toContain('AWSIotLogsV2');
    expect(queries).toHaveLength(NAMES.length - 1);
  });
});
