import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../clock.ts';
import type { RuntimeLog } from '../contracts.ts';
import type { Collections } from '../data/collections.ts';
import type { ResourceKeeper } from '../resource-keeper.ts';
import type { RuleResource } from '../template/stack.ts';
import type { ActionTargets } from './actions/action.ts';
import { type CompiledRule, compileRule } from './compile-rule.ts';
import type { RuleDefinition, RuleTags } from './rule-definition.ts';
import { RuleError } from './rule-error.ts';
import { TopicIndex } from './topic-index.ts';

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
  readonly tags: RuleTags;
  /** The resource that a stack has made it of; absent for a rule that a call has made. */
  readonly deployed?: RuleResource;
}

/**
 * The topic rules of the account, those of stacks and those that calls make. What an earlier runtime has left of a
 * stack's rules rests until the stack puts them again: a stack that is gone leaves no rules behind.
 */
export class TopicRules implements ResourceKeeper<RuleResource> {
  readonly #options: TopicRulesOptions;
  readonly #kept: Map<string, TopicRule>;
  /** Those that are there; undefined for one that was kept and that can't be run any more. */
  readonly #compiled = new Map<string, CompiledRule | undefined>();
  /** Those that are enabled. */
  readonly #byTopic = new TopicIndex<CompiledRule>();

  constructor(options: TopicRulesOptions) {
    this.#options = options;
    this.#kept = options.collections.open('topicRules');
    for (const rule of this.#kept.values()) if (rule.deployed === undefined) this.#revive(rule);
  }

  /** Throws {@link RuleError}, naming the rule. A rule stays as calls have left it while its resource is the same. */
  deploy(resource: RuleResource): void {
    const { logicalId: _logicalId, arn: _arn, tags, ...definition } = resource;
    const { ruleName } = resource;
    const kept = this.#kept.get(ruleName);
    try {
      if (kept !== undefined && isDeepStrictEqual(kept.deployed, resource)) {
        if (!this.#compiled.has(ruleName)) this.#activate(kept, this.#compile(kept.definition));
        return;
      }
      const createdAtMs = this.find(ruleName)?.createdAtMs ?? this.#options.clock.now();
      this.#set({ definition, createdAtMs, tags, deployed: resource });
    } catch (error) {
      throw error instanceof RuleError ? error.of(ruleName) : error;
    }
  }

  async put(resource: RuleResource): Promise<void> {
    this.deploy(resource);
  }

  async remove({ ruleName }: RuleResource): Promise<void> {
    this.delete(ruleName);
  }

  /** `arn:aws:iot:{region}:{accountId}:rule/{ruleName}` */
  arnOf(ruleName: string): string {
    const { region, accountId } = this.#options;
    return `arn:aws:iot:${region}:${accountId}:rule/${ruleName}`;
  }

  /** By name. */
  all(): readonly TopicRule[] {
    return [...this.#compiled.keys()]
      .sort()
      .map((ruleName) => this.find(ruleName))
      .filter((rule) => rule !== undefined);
  }

  find(ruleName: string): TopicRule | undefined {
    return this.#compiled.has(ruleName) ? this.#kept.get(ruleName) : undefined;
  }

  /** Makes a rule, or gives the one of that name another definition. Throws {@link RuleError}. */
  save(definition: RuleDefinition, newTags: RuleTags = {}): void {
    const { createdAtMs, tags, deployed } = this.find(definition.ruleName) ?? {
      createdAtMs: this.#options.clock.now(),
      tags: newTags,
    };
    this.#set({ definition, createdAtMs, tags, ...(deployed !== undefined && { deployed }) });
  }

  tag(rule: TopicRule, tags: RuleTags): void {
    this.#kept.set(rule.definition.ruleName, { ...rule, tags });
  }

  delete(ruleName: string): void {
    this.#deactivate(ruleName);
    this.#kept.delete(ruleName);
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
    return this.#kept.get(ruleName)?.definition.ruleDisabled === true
      ? undefined
      : this.#compiled.get(ruleName);
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
    const compiled = this.#compile(rule.definition);
    this.#deactivate(rule.definition.ruleName);
    this.#kept.set(rule.definition.ruleName, rule);
    this.#activate(rule, compiled);
  }

  /** What an earlier runtime took is no reason not to start. */
  #revive(rule: TopicRule): void {
    const { ruleName } = rule.definition;
    try {
      this.#activate(rule, this.#compile(rule.definition));
    } catch (error) {
      if (!(error instanceof RuleError)) throw error;
      this.#compiled.set(ruleName, undefined);
      this.#options.log.error(`${error.of(ruleName).message} It is there, but it does not run: replace it.`);
    }
  }

  #activate({ definition }: TopicRule, compiled: CompiledRule): void {
    this.#compiled.set(definition.ruleName, compiled);
    if (definition.ruleDisabled === true || compiled.topicFilter === undefined) return;
    this.#byTopic.add(compiled.topicFilter, compiled);
  }

  #deactivate(ruleName: string): void {
    const compiled = this.#compiled.get(ruleName);
    if (compiled?.topicFilter !== undefined) this.#byTopic.delete(compiled.topicFilter, compiled);
    this.#compiled.delete(ruleName);
  }
}
