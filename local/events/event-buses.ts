import type { Collections } from '../data/collections.ts';
import { type Archive, createArchive } from './archive.ts';
import { busNameOf, DEFAULT_BUS, type Place } from './arns.ts';
import { notFound } from './errors.ts';
import type { KeptEvent } from './kept-event.ts';
import { KeptRules } from './kept-rules.ts';
import type { EventsResources, RuleSettings } from './resources.ts';
import { Rule } from './rule.ts';

/** A bus, and the rules that its events are held against. */
export interface EventBus {
  readonly name: string;
  readonly description?: string;
  readonly creationTimeMs: number;
  /** By name, in the order in which they came. */
  readonly rules: Map<string, Rule>;
}

export interface EventBusesOptions extends Place {
  readonly resources: EventsResources;
  readonly nowMs: number;
  /** Keeps rules and the events of archives. */
  readonly collections: Collections;
  warn(message: string): void;
}

/** The buses of an account, with their rules and archives. Throws what EventBridge answers to a resource. */
export class EventBuses {
  readonly place: Place;
  readonly #buses: ReadonlyMap<string, EventBus>;
  readonly #rules: KeptRules;
  readonly #archives: ReadonlyMap<string, Archive>;

  constructor(options: EventBusesOptions) {
    const { resources, nowMs, collections, warn } = options;
    this.place = { region: options.region, accountId: options.accountId };
    const buses = [{ name: DEFAULT_BUS }, ...resources.eventBuses];
    this.#buses = new Map(
      buses.map((bus) => [bus.name, { ...bus, creationTimeMs: nowMs, rules: new Map() }]),
    );
    this.#rules = new KeptRules(collections);
    for (const { targets, ...settings } of this.#rules.resolve(resources.rules)) {
      // A call may have made it on a bus that the template no longer has.
      if (this.#buses.has(settings.eventBusName)) this.putRule(settings).putTargets(targets);
    }
    this.#archives = new Map(
      resources.archives.map((archive) => {
        const kept = collections.list<KeptEvent>(`archivedEvents/${archive.archiveName}`);
        return [archive.archiveName, createArchive(archive, nowMs, warn, kept)];
      }),
    );
  }

  get buses(): readonly EventBus[] {
    return [...this.#buses.values()];
  }

  get archives(): readonly Archive[] {
    return [...this.#archives.values()];
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
    const known = rules.get(settings.name);
    if (known === undefined) {
      const rule = new Rule(settings, this.place, (changed) => this.#rules.save(changed));
      rules.set(settings.name, rule);
      this.#rules.save(rule);
      return rule;
    }
    known.assertChangeable();
    known.replace(settings);
    return known;
  }

  deleteRule(rule: Rule): void {
    this.bus(rule.settings.eventBusName).rules.delete(rule.settings.name);
    this.#rules.delete(rule);
  }

  /** Throws `ResourceNotFoundException`. */
  archive(archiveName: string): Archive {
    const archive = this.#archives.get(archiveName);
    if (archive === undefined) throw notFound(`Archive ${archiveName} does not exist.`);
    return archive;
  }
}
