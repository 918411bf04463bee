/**
 * Something that somebody has done, between two moments. One whose end is not known, `Infinity`, may have had its effect
 * at any time since, or never.
 */
export interface Interval {
  readonly invokedAt: number;
  readonly returnedAt: number;
  /** When it has probably had its effect: where to look first. */
  readonly hint: number;
}

/** What a thing that is used by one at a time would do. */
export interface Specification<State, Deed> {
  readonly initial: State;
  /** The states in which it can be after a deed with that very answer; none where the answer is wrong. */
  apply(state: State, deed: Deed): readonly State[];
  /** States with the same key have the same future. */
  key(state: State): string;
}

export type Verdict<State, Deed> =
  | { readonly isLinearizable: true; readonly order: readonly Deed[]; readonly state: State }
  | {
      readonly isLinearizable: false;
      /** The longest order that the answers allow, where it ends, and what might have come next. */
      readonly order: readonly Deed[];
      readonly state: State;
      readonly next: readonly Deed[];
    };

/** Of states that are looked at: a history that needs more is not decided. */
const MAX_STATES = 400_000;

/** Goes through the orders, the likeliest first. */
class Search<State, Deed extends Interval> {
  readonly #specification: Specification<State, Deed>;
  readonly #deeds: readonly Deed[];
  readonly #done = new Set<Deed>();
  readonly #order: Deed[] = [];
  readonly #visited = new Set<string>();
  longest: { readonly order: readonly Deed[]; readonly state: State; readonly next: readonly Deed[] };

  constructor(specification: Specification<State, Deed>, deeds: readonly Deed[]) {
    this.#specification = specification;
    this.#deeds = deeds.toSorted((one, other) => one.hint - other.hint);
    this.longest = { order: [], state: specification.initial, next: this.#findNext() };
  }

  get order(): readonly Deed[] {
    return this.#order;
  }

  /** @returns the state at the end of an order that goes on from here, if there is one */
  from(state: State): State | undefined {
    if (this.#isOver()) return state;
    if (this.#isKnown(state)) return undefined;
    const next = this.#findNext();
    if (this.#order.length > this.longest.order.length)
      this.longest = { order: [...this.#order], state, next };
    for (const deed of next) {
      const end = this.#tryNext(state, deed);
      if (end !== undefined) return end;
    }
    return undefined;
  }

  #tryNext(state: State, deed: Deed): State | undefined {
    this.#done.add(deed);
    this.#order.push(deed);
    for (const after of this.#specification.apply(state, deed)) {
      const end = this.from(after);
      if (end !== undefined) return end;
    }
    this.#order.pop();
    this.#done.delete(deed);
    return undefined;
  }

  #isOver(): boolean {
    return this.#deeds.every((deed) => this.#done.has(deed) || deed.returnedAt === Number.POSITIVE_INFINITY);
  }

  #isKnown(state: State): boolean {
    const done = this.#deeds.map((deed) => (this.#done.has(deed) ? '1' : '0')).join('');
    const place = `${done} ${this.#specification.key(state)}`;
    if (this.#visited.has(place)) return true;
    this.#visited.add(place);
    if (this.#visited.size > MAX_STATES) throw new Error(`No order was found among ${MAX_STATES} states.`);
    return false;
  }

  /** Whatever began before any of those that are left has ended. */
  #findNext(): readonly Deed[] {
    const left = this.#deeds.filter((deed) => !this.#done.has(deed));
    const firstEnd = Math.min(...left.map(({ returnedAt }) => returnedAt));
    return left.filter(({ invokedAt }) => invokedAt <= firstEnd);
  }
}

/**
 * Looks for an order of the deeds, each at a moment between its beginning and its end, in which a single thing gives all
 * the answers that were given: the search of Wing and Gong with Lowe's memory of where it has been.
 * @see https://www.cs.ox.ac.uk/people/gavin.lowe/LinearizabiltyTesting/paper.pdf
 * @throws Error when it finds none, and has not looked everywhere
 */
export function linearize<State, Deed extends Interval>(
  specification: Specification<State, Deed>,
  deeds: readonly Deed[],
): Verdict<State, Deed> {
  const search = new Search(specification, deeds);
  const state = search.from(specification.initial);
  if (state === undefined) return { isLinearizable: false, ...search.longest };
  return { isLinearizable: true, order: search.order, state };
}
