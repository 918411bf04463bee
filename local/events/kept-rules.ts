import type { Collections } from '../data/collections.ts';
import { Members } from './members.ts';
import type { RuleResource, RuleSettings } from './resources.ts';
import type { Rule } from './rule.ts';
import { readTarget } from './target.ts';

interface KeptRule {
  readonly settings: RuleSettings;
  /** As PutTargets has them. */
  readonly targets: readonly object[];
  /** JSON text of what the template said of it; absent for a rule that a call has made. */
  readonly template?: string;
}

/** The rules of all buses as calls have left them. */
export class KeptRules {
  readonly #rules: Map<string, KeptRule>;

  constructor(collections: Collections) {
    this.#rules = collections.open('eventRules');
  }

  /**
   * What there is now that the template has these rules: each as calls have left it, unless the template says something
   * else than before; then those that calls have made. Those that only an earlier template had are forgotten.
   */
  resolve(resources: readonly RuleResource[]): readonly RuleResource[] {
    const ofTemplate = resources.map((resource) => this.#resolveOne(resource));
    const names = new Set(resources.map((resource) => keyOf(resource)));
    for (const [key, { template }] of this.#rules) {
      if (template !== undefined && !names.has(key)) this.#rules.delete(key);
    }
    const ofCalls = [...this.#rules].filter(([key]) => !names.has(key));
    return [...ofTemplate, ...ofCalls.map(([, rule]) => read(rule))];
  }

  save({ settings, targets }: Rule): void {
    const { template } = this.#rules.get(keyOf(settings)) ?? {};
    this.#rules.set(keyOf(settings), {
      settings,
      targets: targets.map(({ json }) => json),
      ...(template === undefined ? {} : { template }),
    });
  }

  delete({ settings }: Rule): void {
    this.#rules.delete(keyOf(settings));
  }

  #resolveOne(resource: RuleResource): RuleResource {
    const { targets, ...settings } = resource;
    const before = this.#rules.get(keyOf(resource));
    const texts = { settings, targets: targets.map(({ json }) => json) };
    const template = JSON.stringify(texts);
    if (before?.template === template) return read(before);
    this.#rules.set(keyOf(resource), { ...texts, template });
    return resource;
  }
}

function read({ settings, targets }: KeptRule): RuleResource {
  return { ...settings, targets: targets.map((target) => readTarget(new Members({ ...target }))) };
}

/** Names of buses have no vertical bars. */
function keyOf({ eventBusName, name }: Pick<RuleSettings, 'eventBusName' | 'name'>): string {
  return `${eventBusName}|${name}`;
}
