import { ruleResource, ruleTargets } from '@device-lifecycle/test-kit/rule-targets.ts';
import { describe, expect, it, jest } from '@jest/globals';
import { systemClock } from '../../../src/clock.ts';
import type { MqttMessage } from '../../../src/contracts.ts';
import { createRulesEngine, type Rules } from '../../../src/rules/rules-engine.ts';
import { ROLE_ARN as roleArn } from './start-rule.ts';

/** Rules whose messages come back to them, as those of a broker do. */
async function start(...republished: readonly (readonly [from: string, to: string])[]) {
  const warn = jest.fn<(message: string) => void>();
  const heard: string[] = [];
  const rules: Rules = createRulesEngine({
    ...ruleTargets,
    clock: systemClock,
    accountId: '000000000000',
    region: 'us-east-1',
    log: { info: () => undefined, warn, error: (message) => process.emitWarning(message) },
    republish: async (topic, payload, qos) => publish({ topic, payload, qos }),
  });
  function publish(message: MqttMessage): Promise<void> {
    heard.push(message.topic);
    return rules.handle(message);
  }
  for (const [from, topic] of republished) {
    const rule = {
      ruleName: `From_${from.replaceAll(/\W/g, '_')}`,
      sql: `SELECT * FROM '${from}'`,
      awsIotSqlVersion: '2016-03-23',
      actions: [{ republish: { topic, roleArn } }],
    };
    await rules.topicRules.put(ruleResource(rule));
  }
  return { publish, heard, warn };
}

const messageOn = (topic: string): MqttMessage => ({ topic, payload: Buffer.from('{}'), qos: 0 });

// https://docs.aws.amazon.com/iot/latest/developerguide/republish-rule-action.html
describe('the action republish', () => {
  it('gives a message to the rules of its new topic, one after the other', async () => {
    const { publish, heard } = await start(['a', 'b'], ['b', 'c/${topic()}']);

    await publish(messageOn('a'));

    expect(heard).toEqual(['a', 'b', 'c/b']);
  });

  it('reaches a rule by Basic Ingest, and a reserved topic with $$', async () => {
    const { publish, heard } = await start(['a', '$$aws/rules/From_b/x'], ['b', 'c/${topic()}']);

    await publish(messageOn('a'));

    expect(heard).toEqual(['a', '$aws/rules/From_b/x', 'c/x']);
  });

  it('ends a circle of rules after 250 messages, and says so; the next message begins anew', async () => {
    const { publish, heard, warn } = await start(['a', 'b'], ['b', 'a']);

    await publish(messageOn('a'));
    expect(heard).toHaveLength(251);
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('read other topics'));

    await publish(messageOn('a'));
    expect(heard).toHaveLength(502);
  });

  it('ends circles that grow with each round as soon', async () => {
    const { publish, heard } = await start(['a/+', 'a/1'], ['+/#', 'a/2']);

    await publish(messageOn('a/0'));

    // Each of the two rules, which the first message comes to, has led to 250.
    expect(heard).toHaveLength(501);
  });

  // https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits
  it.each([
    ['with wildcards', 'copies/+', "'copies/+' is no topic"],
    ['without a name', '${missing}', "'' is no topic"],
    ['of more than 256 bytes', `copies/${'x'.repeat(250)}`, 'more than 256 bytes'],
    ['of more than 8 levels', '1/2/3/4/5/6/7/8/9', 'more than 7 slashes'],
    ['that is reserved', '$$aws/jobs/x', '$aws/jobs/x is reserved'],
  ])('fails for a topic %s', async (_, topic, message) => {
    const { publish, heard, warn } = await start(['a', topic]);

    await publish(messageOn('a'));

    expect(heard).toEqual(['a']);
    expect(warn).toHaveBeenCalledWith(expect.stringContaining(message));
  });
});
