/** What there is an occasion of, each with its own kinds of faults. */
export type OccasionKind = 'call' | 'event' | 'invocation' | 'message' | 'batch' | 'engineCall' | 'boot';

/** What happens when a fault strikes; see docs/faults.md. */
export type Fault =
  | { readonly kind: 'error'; readonly code: string; readonly status: number }
  | { readonly kind: 'delay'; readonly ms: number }
  | { readonly kind: 'skew'; readonly ms: number }
  | { readonly kind: 'lostResponse' | 'kill' | 'duplicate' | 'reorder' | 'cut' };

/** One `--fault`. */
export interface FaultRule {
  /** As it was given. */
  readonly text: string;
  readonly occasion: OccasionKind;
  /** Of the names of what is struck: `SERVICE:OPERATION`, `lambda:FUNCTION`, `mqtt:TOPIC`, `streams:TABLE`… */
  readonly target: RegExp;
  readonly fault: Fault;
  /** Of each occasion, from 0 to 1. */
  readonly probability: number;
}

/** A rule that can't be followed. One sentence that says what is allowed. */
export class FaultRuleError extends Error {
  override readonly name = 'FaultRuleError';
}

/**
 * Numbers from 0 up to, but not including, 1, that look random and follow from 32 bits. Mulberry32, which is public domain:
 * plenty for faults and test data.
 */
export function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The same, but that they follow from a text, by its FNV-1a hash. */
export function randomOf(seed: string): () => number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < seed.length; index += 1) {
    hash = Math.imul(hash ^ seed.charCodeAt(index), 0x01000193);
  }
  return mulberry32(hash);
}

/** A fault that is to happen now. */
export interface Strike {
  readonly fault: Fault;
  /** From 0 up to 1: what the rule leaves open, such as a moment. */
  readonly fraction: number;
  /** Counts it and tells of it: for whoever has made it happen. */
  tell(): void;
}

interface FaultPlanOptions {
  readonly rules: readonly FaultRule[];
  readonly seed: number;
  /** Takes what is told of each fault that has happened, JSON text. */
  write(record: string): void;
}

/** A rule, and how it has gone. */
interface Course {
  readonly rule: FaultRule;
  readonly random: () => number;
  occasions: number;
  struck: number;
}

/** Decides whether a fault strikes: by the rules, the seed, and the order of occasions. */
export class FaultPlan {
  readonly #courses: readonly Course[];
  readonly #write: FaultPlanOptions['write'];
  #told = 0;
  #hasEnded = false;

  constructor({ rules, seed, write }: FaultPlanOptions) {
    this.#courses = rules.map((rule) => ({
      rule,
      // Of its own, so that a rule strikes alike whatever other rules there are.
      random: randomOf(`${seed} ${rule.text}`),
      occasions: 0,
      struck: 0,
    }));
    this.#write = write;
  }

  /** The faults of one occasion, in the order of the rules. `name` is what the target of a rule has to match. */
  draw(occasion: OccasionKind, name: string): readonly Strike[] {
    const strikes: Strike[] = [];
    if (this.#hasEnded) return strikes;
    for (const course of this.#courses) {
      const { rule, random } = course;
      if (rule.occasion !== occasion || !rule.target.test(name)) continue;
      course.occasions += 1;
      if (random() >= rule.probability) continue;
      const at = course.occasions;
      strikes.push({ fault: rule.fault, fraction: random(), tell: () => this.#tell(course, at, name) });
    }
    return strikes;
  }

  /** The first fault of an occasion. */
  drawOne(occasion: OccasionKind, name: string): Strike | undefined {
    return this.draw(occasion, name)[0];
  }

  /** Nothing strikes any more: what is closing has enough to do, and the log may be closed already. */
  end(): void {
    this.#hasEnded = true;
  }

  /** How often each rule has struck, for people. */
  summary(): string {
    return this.#courses
      .map(({ rule, struck, occasions }) => `${rule.text} struck ${struck} of ${occasions}`)
      .join(', ');
  }

  #tell(course: Course, occasion: number, name: string): void {
    if (this.#hasEnded) return;
    course.struck += 1;
    this.#told += 1;
    this.#write(JSON.stringify({ fault: this.#told, rule: course.rule.text, occasion, target: name }));
  }
}
