import { join } from 'node:path';
import { type Probe, sizeOf } from './probe.ts';
import type { Sample } from './samples.ts';
import type { SoakStack } from './stack.ts';
import type { World } from './world.ts';

const COLLECT_EVERY_MS = 60_000;

const sum = (counts: Readonly<Record<string, number>>) =>
  Object.values(counts).reduce((total, count) => total + count, 0);

/** What cannot be measured just now is left out, and said. */
async function unlessBusy<T>(what: string, value: Promise<T>): Promise<T | undefined> {
  try {
    return await value;
  } catch (error) {
    console.error(`  ${what} could not be measured: ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}

/** Takes samples of a run, of what has been since the one before. */
export class Sampler {
  readonly #world: World;
  readonly #probe: Probe;
  readonly #soakStack: SoakStack;
  readonly #startedAt = performance.now();
  #lastAt = this.#startedAt;
  #lastSent = 0;
  #lastEnded = 0;
  #collectAt = this.#startedAt + COLLECT_EVERY_MS;

  constructor(world: World, probe: Probe, soakStack: SoakStack) {
    this.#world = world;
    this.#probe = probe;
    this.#soakStack = soakStack;
    this.#lastSent = sum(world.ledger.counts().sent);
    this.#lastEnded = this.#ended();
  }

  async take(targetPerSecond: number): Promise<Sample> {
    const now = performance.now();
    const { ledger, letters, latencies, executions } = this.#world;
    const counts = ledger.counts();
    const [sent, ended] = [sum(counts.sent), this.#ended()];
    const spanSeconds = (now - this.#lastAt) / 1_000;
    const sentPerSecond = (sent - this.#lastSent) / spanSeconds;
    const endedPerSecond = (ended - this.#lastEnded) / spanSeconds;
    [this.#lastAt, this.#lastSent, this.#lastEnded] = [now, sent, ended];
    const taken = latencies.take();
    const usage = await unlessBusy('memory', this.#probe.usage());
    return {
      seconds: (now - this.#startedAt) / 1_000,
      targetPerSecond,
      sentPerSecond,
      endedPerSecond,
      latencies: taken,
      inFlight: ledger.inFlight + executions.running,
      letters: { ...letters },
      accepted: counts.accepted,
      rejected: sum(counts.rejected),
      ...(usage !== undefined && { usage }),
      ...(await this.#onceAMinute(now)),
    };
  }

  async #onceAMinute(now: number): Promise<Partial<Sample>> {
    if (now < this.#collectAt) return {};
    this.#collectAt = now + COLLECT_EVERY_MS;
    const { directory, runtime } = this.#soakStack;
    const collected = await unlessBusy('heaps', this.#probe.collected());
    const logs = this.#soakStack.isKept ? join(directory, 'data', 'logs') : runtime.logsDirectory;
    const [diskBytes, logBytes] = await Promise.all([sizeOf(directory), sizeOf(logs)]);
    return { ...(collected !== undefined && { collected }), diskBytes, logBytes };
  }

  #ended(): number {
    const { accepted, rejected, deadLettered } = this.#world.ledger.counts();
    return accepted + sum(rejected) + deadLettered;
  }
}
