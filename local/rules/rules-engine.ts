import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { MqttMessage, RuntimeLog } from '../contracts.ts';
import { basicIngest } from '../mqtt/basic-ingest.ts';
import type { ActionTargets } from './compile-action.ts';
import { type CompiledRule, compileRule } from './compile-rule.ts';
import type { RuleDefinition } from './rule-definition.ts';
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
  const { accountId, region, log, clock } = options;
  const targets: ActionTargets = { ...options, mayInvoke: options.mayInvoke ?? (() => true) };
  const rules = options.rules.map((definition) =>
    compileRule(definition, (ruleName) => ({
      ruleArn: `arn:aws:iot:${region}:${accountId}:rule/${ruleName}`,
      targets,
    })),
  );
  const enabled = rules.filter((rule) => !rule.disabled);
  const runner = new RuleRunner(clock, log);

  const contextOf = (message: MqttMessage, topic: string): MessageContext => ({
    topic,
    payload: message.payload,
    clientId: message.clientId ?? 'n/a',
    principal: message.principal,
    sourceIp: message.sourceIp,
    traceId: message.clientId === undefined ? undefined : randomUUID(),
    timestampMs: clock.now(),
    accountId,
  });

  return {
    async handle(message) {
      const ingest = basicIngest(message.topic);
      const matching =
        ingest === undefined
          ? enabled.filter((rule) => rule.matches(message.topic))
          : named(enabled, ingest.ruleName, log);
      if (matching.length === 0) return;

      const context = contextOf(message, ingest?.topic ?? message.topic);
      if (matching.length === 1 && matching[0] !== undefined) return runner.run(matching[0], context);
      await Promise.all(matching.map((rule) => runner.run(rule, context)));
    },
  };
}

function named(rules: readonly CompiledRule[], ruleName: string, log: RuntimeLog): readonly CompiledRule[] {
  const rule = rules.find((candidate) => candidate.ruleName === ruleName);
  if (rule === undefined) log.warn(`Basic Ingest names the rule ${ruleName}, which is not there or disabled`);
  return rule === undefined ? [] : [rule];
}
