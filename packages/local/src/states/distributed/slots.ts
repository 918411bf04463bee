/** How many children may run at once; the number can be changed while they do. */
export class Slots {
  #limit: number;
  #taken = 0;
  #isClosed = false;
  #waiting: (() => void)[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Waits for a free slot and takes it. False when no more are given. */
  async take(): Promise<boolean> {
    while (!this.#isClosed && this.#taken >= this.#limit) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    if (this.#isClosed) return false;
    this.#taken += 1;
    return true;
  }

  /** Gives a slot back. */
  release(): void {
    this.#taken -= 1;
    this.#wake();
  }

  resize(limit: number): void {
    this.#limit = limit;
    this.#wake();
  }

  /** Gives no more. */
  close(): void {
    this.#isClosed = true;
    this.#wake();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume();
  }
}
