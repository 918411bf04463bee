import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { MqttMessage, RuntimeLog } from '../contracts.ts';
import { type IotLog, silentIotLog } from '../iot-log.ts';
import { basicIngest } from '../mqtt/basic-ingest.ts';
import type { ActionTargets } from './compile-action.ts';
import { type CompiledRule, compileRule } from './compile-rule.ts';
import type { RuleDefinition } from './rule-definition.ts';
import { RuleLog } from './rule-log.ts';
import { RuleRunner } from './run-rule.ts';
import type { MessageContext } from './scope.ts';

export interface RulesEngineOptions extends Omit<ActionTargets, 'mayInvoke'> {
  /** By default, every rule may invoke every function. */
  readonly mayInvoke?: ActionTargets['mayInvoke'];
  readonly rules: readonly RuleDefinition[];
  readonly clock: Clock;
  readonly accountId: string;
  readonly region: string;
  readonly log: RuntimeLog;
  /** AWS IoT's own log; none by default. */
  readonly iotLog?: IotLog;
}

export interface RulesEngine {
  /**
   * Gives a message to every rule that it matches. Resolves once each has run its actions, or its error action in
   * their place; never rejects for what a rule, a payload or an action's target does.
   */
  handle(message: MqttMessage): Promise<void>;
}

/**
 * The rules engine of AWS IoT Core. Throws `RuleError`, with the rule's name and what to do, for a rule that can't
 * be run as AWS would run it.
 */
export function createRulesEngine(options: RulesEngineOptions): RulesEngine {
  const { accountId, region, log, clock, iotLog = silentIotLog } = options;
  const targets: ActionTargets = { ...options, mayInvoke: options.mayInvoke ?? (() => true) };
  const rules = options.rules.map((definition) =>
    compileRule(definition, (ruleName) => ({
      ruleArn: `arn:aws:iot:${region}:${accountId}:rule/${ruleName}`,
      targets,
    })),
  );
  const enabled = rules.filter((rule) => !rule.disabled);
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

  return {
    async handle(message) {
      const ingest = basicIngest(message.topic);
      const matching =
        ingest === undefined
          ? enabled.filter((rule) => rule.matches(message.topic))
          : named(enabled, ingest.ruleName);
      if (matching.length === 0 && ingest === undefined) return;

      const context = contextOf(message, ingest?.topic ?? message.topic);
      if (matching.length === 0) {
        const ruleName = ingest?.ruleName ?? '';
        log.warn(`Basic Ingest names the rule ${ruleName}, which is not there or disabled`);
        ruleLog.notFound(ruleName, { ...context, topic: message.topic });
        return;
      }
      if (matching.length === 1 && matching[0] !== undefined) return runner.run(matching[0], context);
      await Promise.all(matching.map((rule) => runner.run(rule, context)));
    },
  };
}

function named(rules: readonly CompiledRule[], ruleName: string): readonly CompiledRule[] {
  return rules.filter((rule) => rule.ruleName === ruleName);
}
