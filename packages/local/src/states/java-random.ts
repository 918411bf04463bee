const MULTIPLIER = 0x5deece66dn;
const INCREMENT = 0xbn;
const BITS = 48n;

/**
 * The generator whose numbers `$random(seed)` gives on AWS.
 * https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/util/Random.html#next(int)
 */
export class JavaRandom {
  #state: bigint;

  constructor(seed: bigint) {
    this.#state = BigInt.asUintN(48, seed ^ MULTIPLIER);
  }

  /** In [0, 1). */
  nextDouble(): number {
    const high = this.#next(26n);
    return Number((high << 27n) + this.#next(27n)) / 2 ** 53;
  }

  #next(bits: bigint): bigint {
    this.#state = BigInt.asUintN(48, this.#state * MULTIPLIER + INCREMENT);
    return this.#state >> (BITS - bits);
  }
}
