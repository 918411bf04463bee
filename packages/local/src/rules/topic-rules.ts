import type { Clock } from '../clock.ts';
import type { ResourceKeeper, RuntimeLog } from '../contracts.ts';
import type { Collections } from '../data/collections.ts';
import { TopicTree } from '../mqtt/topic-tree.ts';
import type { RuleResource } from '../template/stack.ts';
import type { ActionTargets } from './actions/action.ts';
import { type CompiledRule, compileRule } from './compile-rule.ts';
import type { RuleDefinition } from './rule-definition.ts';
import { RuleError } from './rule-error.ts';

export interface TopicRulesOptions {
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
