import { setTimeout as delay } from 'node:timers/promises';

const TICK_MS = 5;
const MS_A_SECOND = 1_000;
/** What a stalled driver owes is not sent all at once beyond this. */
const MAX_OWED_MS = 1_000;

/** Sends at a rate, whether or not answers come; can be held, and owes nothing for the time in which it is. */
export class OpenLoop {
  readonly #send: () => void;
  #perSecond = 0;
  #isHeld = false;
  /** Requests sent. */
  sent = 0;
  /** Requests that were due, but for those of a driver that was too slow. */
  dropped = 0;

  constructor(send: () => void) {
    this.#send = send;
  }

  set perSecond(rate: number) {
    this.#perSecond = rate;
  }

  hold(): void {
    this.#isHeld = true;
  }

  goOn(): void {
    this.#isHeld = false;
  }

  /** Until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    let owed = 0;
    let lastAt = performance.now();
    while (!signal.aborted) {
      await delay(TICK_MS);
      const now = performance.now();
      if (!this.#isHeld) owed += ((now - lastAt) * this.#perSecond) / MS_A_SECOND;
      lastAt = now;
      const most = (MAX_OWED_MS * this.#perSecond) / MS_A_SECOND;
      if (owed > most) {
        this.dropped += Math.floor(owed - most);
        owed = most;
      }
      for (; owed >= 1 && !this.#isHeld; owed -= 1) {
        this.sent += 1;
        this.#send();
      }
    }
  }
}
