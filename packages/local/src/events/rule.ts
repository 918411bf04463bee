import { AwsError } from '../aws.ts';
import { compilePattern, type EventPattern } from '../event-pattern/compile-pattern.ts';
import { parseJson } from '../protocol/json.ts';
import { isObject } from '../protocol/members.ts';
import { parseExpression } from '../schedules/parse-expression.ts';
import { DEFAULT_BUS, invalidPattern, type Place, ruleArn, validationError } from './event.ts';
import type { Target } from './target.ts';

export type RuleState = 'ENABLED' | 'DISABLED';

/** What CreateEventBus makes. */
export interface EventBusSettings {
  readonly name: string;
  readonly description?: string;
}

/** `AWS::Events::EventBus` */
export interface EventBusResource extends EventBusSettings {
  readonly logicalId: string;
}

/** `AWS::Events::Rule`, or what PutRule makes. */
export interface RuleSettings {
  readonly name: string;
  readonly eventBusName: string;
  /** JSON text. */
  readonly eventPattern?: string;
  readonly scheduleExpression?: string;
  readonly state: RuleState;
  readonly description?: string;
  readonly roleArn?: string;
}

export interface RuleResource extends RuleSettings {
  readonly targets: readonly Target[];
}

/** `AWS::Events::Archive` */
export interface ArchiveResource {
  readonly archiveName: string;
  readonly eventBusName: string;
  /** JSON text; absent where all events of the bus are archived. */
  readonly eventPattern?: string;
  /** 0 is for ever. */
  readonly retentionDays: number;
  readonly description?: string;
}

/** What a template has of EventBridge. */
export interface EventsResources {
  readonly eventBuses: readonly EventBusResource[];
  readonly rules: readonly RuleResource[];
  readonly archives: readonly ArchiveResource[];
}

/** The quota of a rule. */
export const MAX_TARGETS = 5;

/** A rule of a bus, with its targets. */
export class Rule {
  readonly arn: string;
  readonly #targets = new Map<string, Target>();
  #settings: RuleSettings;
  #matches: EventPattern;
  readonly #changed: (rule: Rule) => void;

  /** `changed` is called after each change. Throws `InvalidEventPatternException`. */
  constructor(settings: RuleSettings, place: Place, changed: (rule: Rule) => void) {
    this.arn = ruleArn(place, settings.eventBusName, settings.name);
    this.#settings = settings;
    this.#matches = compileEventPattern(settings.eventPattern);
    this.#changed = changed;
  }

  get settings(): RuleSettings {
    return this.#settings;
  }

  /** In the order in which they were put. */
  get targets(): readonly Target[] {
    return [...this.#targets.values()];
  }

  /** Changes all but the targets. Throws `InvalidEventPatternException`. */
  replace(settings: RuleSettings): void {
    this.#matches = compileEventPattern(settings.eventPattern);
    this.#settings = settings;
    this.#changed(this);
  }

  setState(state: RuleState): void {
    this.#settings = { ...this.#settings, state };
    this.#changed(this);
  }

  /** Whether events of this kind go to the targets now. */
  takes(event: unknown): boolean {
    const { state, eventPattern } = this.#settings;
    return state === 'ENABLED' && eventPattern !== undefined && this.#matches(event);
  }

  /** Adds targets, or replaces those of the same id. Throws `LimitExceededException`, and puts none then. */
  putTargets(targets: readonly Target[]): void {
    const ids = new Set([...this.#targets.keys(), ...targets.map(({ id }) => id)]);
    if (ids.size > MAX_TARGETS) throw limitExceeded();
    for (const target of targets) this.#targets.set(target.id, target);
    this.#changed(this);
  }

  /** Whether there was one. */
  removeTarget(id: string): boolean {
    const wasThere = this.#targets.delete(id);
    if (wasThere) this.#changed(this);
    return wasThere;
  }
}

/**
 * Throws `ValidationException` for a schedule that is none, or that is not of the default bus.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html
 */
export function checkSchedule({
  scheduleExpression,
  eventBusName,
}: Pick<RuleSettings, 'scheduleExpression' | 'eventBusName'>): void {
  if (scheduleExpression === undefined) return;
  if (eventBusName !== DEFAULT_BUS) {
    throw validationError('ScheduleExpression is supported only on the default event bus.');
  }
  try {
    parseExpression(scheduleExpression, false);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw validationError(`Parameter ScheduleExpression is not valid. Reason: ${reason}`);
  }
}

/** Without a pattern, as of an archive, everything matches. Throws `InvalidEventPatternException`. */
export function compileEventPattern(eventPattern: string | undefined): EventPattern {
  if (eventPattern === undefined) return () => true;
  const pattern = parseJson(eventPattern);
  if (isObject(pattern) && Object.keys(pattern).length === 0)
    throw invalidPattern('Empty pattern is not allowed');
  try {
    return compilePattern(eventPattern, 'eventBridge');
  } catch (error) {
    throw invalidPattern(error instanceof Error ? error.message : String(error));
  }
}

function limitExceeded() {
  return new AwsError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.');
}
