import { ruleResource, ruleTargets } from '@device-lifecycle/test-kit/rule-targets.ts';
import { createRulesEngine, type RulesEngineOptions } from '../../../src/rules/rules-engine.ts';
import type { Json, JsonObject } from '../../../src/template/template.ts';

export const ROLE_ARN = 'arn:aws:iam::000000000000:role/rules';
export const NOW_MS = 1_700_000_000_000;
const ERRORS = 'http://127.0.0.1:4566/000000000000/errors';

export interface Failure {
  readonly failedAction: string;
  readonly failedResource: string;
  readonly errorMessage: string;
}

export interface RunningRule {
  /** Gives the rule a message on the topic `orders/7`; JSON, unless it is bytes. */
  publish(payload: unknown): Promise<void>;
  /** What the error action has been told of. */
  readonly failures: Failure[];
  /** How long was waited before each new try. */
  readonly waitsMs: number[];
}

/** A rule with one action, whose error action is heard. */
export async function startRule(
  action: JsonObject,
  targets: Partial<RulesEngineOptions>,
  sql = "SELECT * FROM 'orders/+'",
): Promise<RunningRule> {
  const failures: Failure[] = [];
  const waitsMs: number[] = [];
  const { topicRules, handle } = createRulesEngine({
    ...ruleTargets,
    clock: { now: () => NOW_MS, sleep: async (ms) => void waitsMs.push(ms) },
    accountId: '000000000000',
    region: 'us-east-1',
    log: { info: () => undefined, warn: () => undefined, error: (message) => process.emitWarning(message) },
    ...targets,
    queues: {
      async sendMessage(queue, body, options) {
        if (queue === ERRORS) failures.push(...JSON.parse(body).failures);
        else await (targets.queues ?? ruleTargets.queues).sendMessage(queue, body, options);
      },
    },
  });
  const rule = {
    ruleName: 'Orders',
    sql,
    awsIotSqlVersion: '2016-03-23',
    actions: [withRole(action)],
    errorAction: withRole({ sqs: { queueUrl: ERRORS } }),
  };
  await topicRules.put(ruleResource(rule));
  return {
    failures,
    waitsMs,
    async publish(payload) {
      const bytes = Buffer.isBuffer(payload) ? payload : Buffer.from(JSON.stringify(payload));
      await handle({ topic: 'orders/7', payload: bytes, qos: 1, clientId: 'till' });
    },
  };
}

function withRole(action: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(action).map(([name, parameters]): [string, Json] => [
      name,
      { ...(parameters as JsonObject), roleArn: ROLE_ARN },
    ]),
  );
}
