import type { Collections } from '../data/collections.ts';
import { Members } from '../protocol/members.ts';
import type { RuleResource, RuleSettings } from './resources.ts';
import type { Rule } from './rule.ts';
import { readTarget } from './target.ts';

interface KeptRule {
  readonly settings: RuleSettings;
  /** As PutTargets has them. */
  readonly targets: readonly object[];
}

/** The rules of all buses as calls have left them. */
export class KeptRules {
  readonly #rules: Map<string, KeptRule>;

  constructor(collections: Collections) {
    this.#rules = collections.open('eventRules');
  }

  /** Each as it was saved last. */
  all(): readonly RuleResource[] {
    return [...this.#rules.values()].map(read);
  }

  save({ settings, targets }: Rule): void {
    this.#rules.set(keyOf(settings), { settings, targets: targets.map(({ json }) => json) });
  }

  delete({ settings }: Rule): void {
    this.#rules.delete(keyOf(settings));
  }
}

function read({ settings, targets }: KeptRule): RuleResource {
  return { ...settings, targets: targets.map((target) => readTarget(new Members({ ...target }))) };
}

/** Names of buses have no vertical bars. */
function keyOf({ eventBusName, name }: Pick<RuleSettings, 'eventBusName' | 'name'>): string {
  return `${eventBusName}|${name}`;
}
