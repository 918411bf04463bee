import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { MqttMessage, ResourceKeeper, RuntimeLog } from '../contracts.ts';
import { type Collections, memoryCollections } from '../data/collections.ts';
import { type IotLog, silentIotLog } from '../iot/iot-log.ts';
import { basicIngest } from '../mqtt/reserved-topics.ts';
import { TopicTree } from '../mqtt/topics.ts';
import type { RuleResource } from '../template/stack.ts';
import type { ActionTargets } from './actions/action.ts';
import { type CompiledRule, compileRule, type RuleDefinition } from './compile-rule.ts';
import { RuleError } from './rule-error.ts';
import { RuleLog, RuleRunner } from './run-rule.ts';
import type { MessageContext } from './scope.ts';

interface TopicRulesOptions {
  readonly targets: ActionTargets;
  readonly region: string;
  readonly accountId: string;
  readonly clock: Clock;
  readonly log: RuntimeLog;
  readonly collections: Collections;
}

/** A rule of the account. */
export interface TopicRule {
  readonly definition: RuleDefinition;
  readonly createdAtMs: number;
}

/** The topic rules of the account's stacks. */
export class TopicRules implements ResourceKeeper<RuleResource> {
  readonly #options: TopicRulesOptions;
  readonly #rules: Map<string, TopicRule>;
  /** All but those that an earlier runtime took and that can't be run any more. */
  readonly #compiled = new Map<string, CompiledRule>();
  /** Those that are enabled. */
  readonly #byTopic = new TopicTree<CompiledRule>();

  constructor(options: TopicRulesOptions) {
    this.#options = options;
    this.#rules = options.collections.open('topicRules');
    for (const { definition } of this.#rules.values()) this.#revive(definition);
  }

  /** Rejects with {@link RuleError}, naming the rule. */
  async put({ logicalId: _logicalId, arn: _arn, ...definition }: RuleResource): Promise<void> {
    try {
      this.#set({ definition, createdAtMs: this.#createdAtMs(definition) });
    } catch (error) {
      throw error instanceof RuleError ? error.of(definition.ruleName) : error;
    }
  }

  async remove({ ruleName }: RuleResource): Promise<void> {
    this.#deactivate(ruleName);
    this.#rules.delete(ruleName);
  }

  /** `arn:aws:iot:{region}:{accountId}:rule/{ruleName}` */
  arnOf(ruleName: string): string {
    const { region, accountId } = this.#options;
    return `arn:aws:iot:${region}:${accountId}:rule/${ruleName}`;
  }

  /** By name. */
  all(): readonly TopicRule[] {
    return [...this.#rules.values()].sort((one, other) =>
      one.definition.ruleName < other.definition.ruleName ? -1 : 1,
    );
  }

  /** Of FROM; undefined where there is none, and for a rule that can't be run any more. */
  topicFilterOf(ruleName: string): string | undefined {
    return this.#compiled.get(ruleName)?.topicFilter;
  }

  /** The enabled rules that read a topic. */
  reading(topic: string): readonly CompiledRule[] {
    return this.#byTopic.match(topic);
  }

  /** The rule of that name, if it is enabled. */
  enabled(ruleName: string): CompiledRule | undefined {
    const isDisabled = this.#rules.get(ruleName)?.definition.ruleDisabled === true;
    return isDisabled ? undefined : this.#compiled.get(ruleName);
  }

  #createdAtMs({ ruleName }: RuleDefinition): number {
    return this.#rules.get(ruleName)?.createdAtMs ?? this.#options.clock.now();
  }

  #compile(definition: RuleDefinition): CompiledRule {
    const { targets, region, accountId } = this.#options;
    return compileRule(definition, {
      ruleArn: this.arnOf(definition.ruleName),
      region,
      accountId,
      targets,
    });
  }

  #set(rule: TopicRule): void {
    const { definition } = rule;
    const compiled = this.#compile(definition);
    this.#deactivate(definition.ruleName);
    this.#rules.set(definition.ruleName, rule);
    this.#activate(definition, compiled);
  }

  /** What an earlier runtime took is no reason not to start. */
  #revive(definition: RuleDefinition): void {
    try {
      this.#activate(definition, this.#compile(definition));
    } catch (error) {
      if (!(error instanceof RuleError)) throw error;
      const { message } = error.of(definition.ruleName);
      this.#options.log.error(`${message} It is there, but it does not run: replace it.`);
    }
  }

  #activate({ ruleName, ruleDisabled }: RuleDefinition, compiled: CompiledRule): void {
    this.#compiled.set(ruleName, compiled);
    if (ruleDisabled === true || compiled.topicFilter === undefined) return;
    this.#byTopic.add(compiled.topicFilter, compiled);
  }

  #deactivate(ruleName: string): void {
    const compiled = this.#compiled.get(ruleName);
    if (compiled?.topicFilter !== undefined) this.#byTopic.delete(compiled.topicFilter, compiled);
    this.#compiled.delete(ruleName);
  }
}

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
