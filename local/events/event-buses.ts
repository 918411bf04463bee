import { type Archive, createArchive } from './archive.ts';
import { busNameOf, DEFAULT_BUS, type Place } from './arns.ts';
import { notFound } from './errors.ts';
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
  warn(message: string): void;
}

/** The buses of an account, with their rules and archives. Throws what EventBridge answers to a resource. */
export class EventBuses {
  readonly place: Place;
  readonly #buses: ReadonlyMap<string, EventBus>;
  readonly #archives: ReadonlyMap<string, Archive>;

  constructor(options: EventBusesOptions) {
    const { resources, nowMs, warn } = options;
    this.place = { region: options.region, accountId: options.accountId };
    const buses = [{ name: DEFAULT_BUS }, ...resources.eventBuses];
    this.#buses = new Map(
      buses.map((bus) => [bus.name, { ...bus, creationTimeMs: nowMs, rules: new Map() }]),
    );
    for (const { targets, ...settings } of resources.rules) this.putRule(settings).putTargets(targets);
    this.#archives = new Map(
      resources.archives.map((archive) => [archive.archiveName, createArchive(archive, nowMs, warn)]),
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
      const rule = new Rule(settings, this.place);
      rules.set(settings.name, rule);
      return rule;
    }
    known.assertChangeable();
    known.replace(settings);
    return known;
  }

  /** Throws `ResourceNotFoundException`. */
  archive(archiveName: string): Archive {
    const archive = this.#archives.get(archiveName);
    if (archive === undefined) throw notFound(`Archive ${archiveName} does not exist.`);
    return archive;
  }
}
