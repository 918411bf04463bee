import type { ResourceKeeper } from '../contracts.ts';
import type { Collections } from '../data/collections.ts';
import { Members } from '../protocol/members.ts';
import { Archives } from './archives.ts';
import { busNameOf, DEFAULT_BUS, notFound, type Place, validationError } from './event.ts';
import {
  type ArchiveResource,
  checkSchedule,
  type EventBusResource,
  type EventBusSettings,
  Rule,
  type RuleResource,
  type RuleSettings,
} from './rule.ts';
import { readTarget } from './target.ts';

interface KeptRule {
  readonly settings: RuleSettings;
  /** As PutTargets has them. */
  readonly targets: readonly object[];
}

/** The rules of all buses as calls have left them. */
class KeptRules {
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

/** A bus, and the rules that its events are held against. */
export interface EventBus extends EventBusSettings {
  readonly creationTimeMs: number;
  /** By name, in the order in which they came. */
  readonly rules: Map<string, Rule>;
}

type KeptBus = Omit<EventBus, 'rules'>;

interface EventBusesOptions extends Place {
  now(): number;
  /** Keeps buses, rules and archives with their events. */
  readonly collections: Collections;
  warn(message: string): void;
  /** Hears of each rule that is made, changed or deleted. */
  onRule(rule: Rule, isThere: boolean): void;
}

/** The buses of an account, with their rules and archives. Throws what EventBridge answers to a resource. */
export class EventBuses {
  readonly place: Place;
  readonly archives: Archives;
  readonly #options: EventBusesOptions;
  readonly #kept: Map<string, KeptBus>;
  readonly #buses = new Map<string, EventBus>();
  readonly #rules: KeptRules;

  /** With what there is already, besides the default bus. */
  constructor(options: EventBusesOptions) {
    const { region, accountId, collections } = options;
    this.#options = options;
    this.place = { region, accountId };
    this.#kept = collections.open('eventBuses');
    this.#rules = new KeptRules(collections);
    this.archives = new Archives(options);
    const ofAccount = { name: DEFAULT_BUS, creationTimeMs: options.now() };
    for (const bus of [ofAccount, ...this.#kept.values()]) {
      this.#buses.set(bus.name, { ...bus, rules: new Map() });
    }
    for (const { targets, ...settings } of this.#rules.all()) {
      if (this.#buses.has(settings.eventBusName)) this.putRule(settings).putTargets(targets);
    }
  }

  get buses(): readonly EventBus[] {
    return [...this.#buses.values()];
  }

  /** By name or ARN, the default bus without any; undefined where there is none. */
  find(reference: string = DEFAULT_BUS): EventBus | undefined {
    const name = busNameOf(reference, this.place);
    return name === undefined ? undefined : this.#buses.get(name);
  }

  /** As `find`. Throws `ResourceNotFoundException`. */
  bus(reference: string = DEFAULT_BUS): EventBus {
    const bus = this.find(reference);
    if (bus === undefined) {
      throw notFound(`Event bus ${busNameOf(reference, this.place) ?? reference} does not exist.`);
    }
    return bus;
  }

  /** Makes a bus, or changes the one of that name, which keeps its rules. */
  putBus({ name, description }: EventBusSettings): EventBus {
    const { creationTimeMs = this.#options.now(), rules = new Map() } = this.#buses.get(name) ?? {};
    const kept = { name, creationTimeMs, ...(description !== undefined && { description }) };
    this.#kept.set(name, kept);
    const bus = { ...kept, rules };
    this.#buses.set(name, bus);
    return bus;
  }

  /** Throws `ValidationException` for the default bus, and for one that has rules. */
  deleteBus(name: string): void {
    if (name === DEFAULT_BUS) throw validationError('Cannot delete event bus default.');
    if ((this.#buses.get(name)?.rules.size ?? 0) > 0) {
      throw validationError(`Event bus ${name} cannot be deleted since it has rules: delete them first.`);
    }
    this.#buses.delete(name);
    this.#kept.delete(name);
  }

  /** Throws `ResourceNotFoundException`. */
  rule(name: string, busReference: string = DEFAULT_BUS): Rule {
    const bus = this.bus(busReference);
    const rule = bus.rules.get(name);
    if (rule === undefined) throw notFound(`Rule ${name} does not exist on EventBus ${bus.name}.`);
    return rule;
  }

  /** Makes a rule, or changes the one of that name, which keeps its targets. */
  putRule(settings: RuleSettings): Rule {
    const { rules } = this.bus(settings.eventBusName);
    checkSchedule(settings);
    const known = rules.get(settings.name);
    if (known !== undefined) {
      known.replace(settings);
      return known;
    }
    const rule = new Rule(settings, this.place, (changed) => this.#changed(changed));
    rules.set(settings.name, rule);
    this.#changed(rule);
    return rule;
  }

  /** As `putRule`, with these targets and no others. Throws `LimitExceededException` for too many. */
  putRuleWithTargets({ targets, ...settings }: RuleResource): void {
    const rule = this.putRule(settings);
    const ids = new Set(targets.map(({ id }) => id));
    for (const { id } of rule.targets) if (!ids.has(id)) rule.removeTarget(id);
    rule.putTargets(targets);
  }

  deleteRule(rule: Rule): void {
    this.bus(rule.settings.eventBusName).rules.delete(rule.settings.name);
    this.#rules.delete(rule);
    this.#options.onRule(rule, false);
  }

  #changed(rule: Rule): void {
    this.#rules.save(rule);
    this.#options.onRule(rule, true);
  }
}

/** The keepers of EventBridge's resources. */
export interface EventsKeepers {
  /** One that has rules is not removed. */
  readonly eventBuses: ResourceKeeper<EventBusResource>;
  /** Rules with their targets. */
  readonly eventRules: ResourceKeeper<RuleResource>;
  readonly eventArchives: ResourceKeeper<ArchiveResource>;
}

export function createEventsKeepers(buses: EventBuses): EventsKeepers {
  return {
    eventBuses: {
      put: async (bus) => void buses.putBus(bus),
      remove: async ({ name }) => buses.deleteBus(name),
    },
    eventRules: {
      put: async (rule) => buses.putRuleWithTargets(rule),
      async remove({ name, eventBusName }) {
        const rule = buses.find(eventBusName)?.rules.get(name);
        if (rule !== undefined) buses.deleteRule(rule);
      },
    },
    eventArchives: {
      put: async (archive) => void buses.archives.put(archive),
      remove: async ({ archiveName }) => buses.archives.delete(archiveName),
    },
  };
}
