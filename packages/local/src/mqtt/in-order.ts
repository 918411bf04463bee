interface Place {
  step?: () => void;
}

/** Steps of things that begin one after the other and go on side by side, taken in the order in which they began. */
export class InOrder {
  readonly #places: Place[] = [];

  /** Takes a place at the end. What it gives is called once, with a step that is taken when all before it are. */
  begin(): (step: () => void) => void {
    const place: Place = {};
    this.#places.push(place);
    return (step) => {
      place.step = step;
      this.#advance();
    };
  }

  #advance(): void {
    for (let step = this.#places[0]?.step; step !== undefined; step = this.#places[0]?.step) {
      this.#places.shift();
      step();
    }
  }
}
