import type { Action } from '@aws-sdk/client-iot';
import { describe, expect, it } from '@jest/globals';
import { ACTIONS, REFUSED_ACTIONS } from '../../../src/rules/actions/actions.ts';
import { ruleActionsSupport } from '../../../src/rules/actions/support.ts';

/** The SDK has them all, and the compiler sees that none is missing here. */
const ALL: Readonly<Record<keyof Required<Action>, true>> = {
  cloudwatchAlarm: true,
  cloudwatchLogs: true,
  cloudwatchMetric: true,
  dynamoDB: true,
  dynamoDBv2: true,
  elasticsearch: true,
  firehose: true,
  http: true,
  influxDB: true,
  iotAnalytics: true,
  iotEvents: true,
  iotSiteWise: true,
  kafka: true,
  kinesis: true,
  lambda: true,
  location: true,
  openSearch: true,
  republish: true,
  s3: true,
  salesforce: true,
  sns: true,
  sqs: true,
  stepFunctions: true,
  timestream: true,
};

describe('the support checklist of actions', () => {
  // https://docs.aws.amazon.com/iot/latest/apireference/API_Action.html
  it('has every action that AWS IoT has, run or refused', () => {
    expect([...Object.keys(ACTIONS), ...Object.keys(REFUSED_ACTIONS)].sort()).toEqual(Object.keys(ALL));
  });

  it('says what is to be said of everything that does not just run', () => {
    const entries = ruleActionsSupport.flatMap((chapter) => chapter.entries);
    expect(entries.filter(({ status, note }) => status !== 'runs' && note === undefined)).toEqual([]);
    expect(entries).toContainEqual({ name: 'sqs: useBase64', status: 'runs' });
    expect(entries).toContainEqual({
      name: 'kinesis',
      status: 'refused',
      note: 'It would need Amazon Kinesis Data Streams.',
    });
  });
});
