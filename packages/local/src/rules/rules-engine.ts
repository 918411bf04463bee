import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { MqttMessage, RuntimeLog } from '../contracts.ts';
import { type Collections, memoryCollections } from '../data/collections.ts';
import { type IotLog, silentIotLog } from '../iot/iot-log.ts';
import { basicIngest } from '../mqtt/basic-ingest.ts';
import type { ActionTargets } from './actions/action.ts';
import { RuleLog } from './rule-log.ts';
import { RuleRunner } from './run-rule.ts';
import type { MessageContext } from './scope.ts';
import { TopicRules } from './topic-rules.ts';

export interface RulesEngineOptions extends ActionTargets {
  readonly clock: Clock;
  readonly accountId: string;
  readonly region: string;
  readonly log: RuntimeLog;
  /** AWS IoT's own log; none by default. */
  readonly iotLog?: IotLog;
  /** Keeps the rules; in memory by default. */
  readonly collections?: Collections;
}

export interface RulesEngine {
  /**
   * Gives a message to every rule that it matches. Resolves once each has run its actions, or its error action in
   * their place; never rejects for what a rule, a payload or an action's target does.
   */
  handle(message: MqttMessage): Promise<void>;
}

/** The engine, and the rules that it runs, which come and go while it does. */
export interface Rules extends RulesEngine {
  readonly topicRules: TopicRules;
}

/** The rules engine of AWS IoT Core, with the rules that were kept. */
export function createRulesEngine(options: RulesEngineOptions): Rules {
  const { accountId, log, clock, iotLog = silentIotLog, collections = memoryCollections } = options;
  const topicRules = new TopicRules({ ...options, collections, targets: options });
  const ruleLog = new RuleLog(iotLog);
  const runner = new RuleRunner(clock, log, ruleLog);

  const contextOf = (message: MqttMessage, topic: string): MessageContext => ({
    topic,
    payload: message.payload,
    clientId: message.clientId ?? 'n/a',
    principal: message.principal,
    sourceIp: message.sourceIp,
    traceId: message.clientId === undefined ? undefined : (message.traceId ?? randomUUID()),
    timestampMs: clock.now(),
    accountId,
  });

  async function ingest(ruleName: string, topic: string, message: MqttMessage): Promise<void> {
    const rule = topicRules.enabled(ruleName);
    const context = contextOf(message, topic);
    if (rule !== undefined) return runner.run(rule, context);
    log.warn(`Basic Ingest names the rule ${ruleName}, which is not there or disabled`);
    ruleLog.notFound(ruleName, { ...context, topic: message.topic });
  }

  return {
    topicRules,
    async handle(message) {
      const ingested = basicIngest(message.topic);
      if (ingested !== undefined) return ingest(ingested.ruleName, ingested.topic, message);
      const rules = topicRules.reading(message.topic);
      if (rules.length === 0) return;
      const context = contextOf(message, message.topic);
      const running = rules.map((rule) => runner.run(rule, context)).filter((one) => one !== undefined);
      // Most messages are selected by one rule at most.
      if (running.length < 2) await running[0];
      else await Promise.all(running);
    },
  };
}
