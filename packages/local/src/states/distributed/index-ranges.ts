/** The first and the last index of a run of indexes. */
export type IndexRange = readonly [first: number, last: number];

/** A set of indexes that come nearly in order, kept as ranges: as small as there are gaps in it. */
export class IndexRanges {
  readonly #ranges: [first: number, last: number][];

  constructor(ranges: readonly IndexRange[] = []) {
    this.#ranges = ranges.map(([first, last]) => [first, last]);
  }

  /** In order, and with a gap between each two. */
  get ranges(): readonly IndexRange[] {
    return this.#ranges;
  }

  has(index: number): boolean {
    const range = this.#ranges[this.#placeOf(index)];
    return range !== undefined && range[0] <= index;
  }

  add(index: number): void {
    const place = this.#placeOf(index);
    const next = this.#ranges[place];
    if (next !== undefined && next[0] <= index) return;
    const before = this.#ranges[place - 1];
    const joinsBefore = before !== undefined && before[1] === index - 1;
    const joinsNext = next !== undefined && next[0] === index + 1;
    if (joinsBefore && joinsNext) this.#ranges.splice(place - 1, 2, [before[0], next[1]]);
    else if (joinsBefore) before[1] = index;
    else if (joinsNext) next[0] = index;
    else this.#ranges.splice(place, 0, [index, index]);
  }

  /** The place of the first range that does not end before `index`. */
  #placeOf(index: number): number {
    let [low, high] = [0, this.#ranges.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#ranges[middle]?.[1] ?? index) < index) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
