import { ruleResource, ruleTargets } from '@device-lifecycle/test-kit/rule-targets.ts';
import { silentLog } from '@device-lifecycle/test-kit/silent-log.ts';
import { describe, expect, it } from '@jest/globals';
import type { IotLogEntry } from '../../src/iot/iot-log.ts';
import { createRulesEngine } from '../../src/rules/rules-engine.ts';

const FUNCTION_ARN = 'arn:aws:lambda:us-east-1:000000000000:function:register';
const QUEUE_URL = 'http://127.0.0.1:4566/000000000000/dead-letters';

/** What is logged of a message on `topic`; `invoke` is what comes of the rule's action. */
async function logOf(topic: string, invoke: () => Promise<void> = async () => undefined) {
  const entries: IotLogEntry[] = [];
  const engine = createRulesEngine({
    ...ruleTargets,
    functions: { ...ruleTargets.functions, invokeAsync: invoke },
    queues: { sendMessage: async () => undefined },
    clock: { now: () => 1_700_000_000_000, sleep: () => Promise.resolve() },
    accountId: '000000000000',
    region: 'us-east-1',
    log: silentLog,
    iotLog: { write: (entry) => entries.push(entry) },
  });
  const rule = {
    ruleName: 'Register',
    sql: "SELECT * AS message, topic() AS topic FROM 'devices/+/register'",
    awsIotSqlVersion: '2016-03-23',
    actions: [{ lambda: { functionArn: FUNCTION_ARN } }],
    errorAction: { sqs: { queueUrl: QUEUE_URL, roleArn: 'arn:aws:iam::000000000000:role/r' } },
  };
  await engine.topicRules.put(ruleResource(rule));
  return {
    entries,
    publish: (payload: string) =>
      engine.handle({ topic, payload: Buffer.from(payload), qos: 1, clientId: 'd1', traceId: 'trace-1' }),
  };
}

const ABOUT = { clientId: 'd1', traceId: 'trace-1', ruleName: 'Register', topicName: 'devices/d1/register' };

describe('what the rules engine logs', () => {
  it('is the match, the start and the end of each action, under the trace id of the message', async () => {
    const { entries, publish } = await logOf('devices/d1/register');
    await publish('{}');
    const action = { ruleAction: 'LambdaAction' };
    expect(entries).toEqual([
      { logLevel: 'INFO', status: 'Success', eventType: 'RuleMatch', ...ABOUT },
      { logLevel: 'DEBUG', status: 'Success', eventType: 'StartingRuleExecution', ...ABOUT, ...action },
      {
        logLevel: 'INFO',
        status: 'Success',
        eventType: 'RuleExecution',
        ...ABOUT,
        ...action,
        resources: { FunctionArn: FUNCTION_ARN },
      },
    ]);
  });

  it('is a failure for an action that fails, and what the error action came to', async () => {
    const { entries, publish } = await logOf('devices/d1/register', async () => {
      throw new Error('throttled');
    });
    await publish('{}');
    expect(entries.filter(({ eventType }) => eventType === 'RuleExecution')).toMatchObject([
      { logLevel: 'ERROR', status: 'Failure', ruleAction: 'LambdaAction', details: expect.any(String) },
      { logLevel: 'INFO', status: 'Success', ruleAction: 'SqsAction', resources: { QueueUrl: QUEUE_URL } },
    ]);
  });

  it('is a failure for a statement that cannot be evaluated', async () => {
    const { entries, publish } = await logOf('devices/d1/register');
    await publish('not JSON');
    expect(entries).toMatchObject([
      { eventType: 'RuleMatch' },
      { eventType: 'RuleExecution', logLevel: 'ERROR', details: expect.stringContaining('is not JSON') },
    ]);
  });

  it('is a failure for Basic Ingest to a rule that is not there', async () => {
    const { entries, publish } = await logOf('$aws/rules/Nowhere/x');
    await publish('{}');
    expect(entries).toEqual([
      {
        logLevel: 'ERROR',
        status: 'Failure',
        eventType: 'RuleNotFound',
        clientId: 'd1',
        traceId: 'trace-1',
        topicName: '$aws/rules/Nowhere/x',
        ruleName: 'Nowhere',
        reason: 'RuleNotFound',
        details: 'Rule Nowhere not found',
      },
    ]);
  });

  it('is nothing for a message that no rule reads', async () => {
    const { entries, publish } = await logOf('devices/d1/else');
    await publish('{}');
    expect(entries).toEqual([]);
  });
});
