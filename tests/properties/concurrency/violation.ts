/** The invariants of a device's life that two tables can be asked about. */
export type Invariant =
  | 'conservation'
  | 'uniqueness'
  | 'no resurrection'
  | 'nothing lost'
  | 'idempotence'
  | 'lossless restore'
  | 'expired is gone'
  | 'held is kept';

/** An invariant does not hold. */
export class Violation extends Error {
  override readonly name = 'Violation';
  readonly invariant: Invariant;

  constructor(invariant: Invariant, what: string) {
    super(`${invariant}: ${what}`);
    this.invariant = invariant;
  }
}
