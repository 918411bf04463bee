import { join } from 'node:path';
import { type Probe, sizeOf } from './probe.ts';
import type { Sample } from './samples.ts';
import type { SoakStack } from './stack.ts';
import type { World } from './world.ts';

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

export interface SamplerOptions {
  readonly world: World;
  readonly probe: Probe;
  readonly soakStack: SoakStack;
  /** How often garbage is collected to see what is left, and files are counted; never when absent. */
  readonly collectEveryMs?: number;
}

/** Takes samples of a run, of what has been since the one before. */
export class Sampler {
  readonly #options: SamplerOptions;
  readonly #startedAt = performance.now();
  #lastAt = this.#startedAt;
  #lastSent: number;
  #lastEnded: number;
  #collectAt: number;

  constructor(options: SamplerOptions) {
    this.#options = options;
    // Of what was before.
    options.world.latencies.take();
    this.#lastSent = sum(options.world.ledger.counts().sent);
    this.#lastEnded = this.#ended();
    this.#collectAt = this.#startedAt + (options.collectEveryMs ?? Number.POSITIVE_INFINITY);
  }

  async take(targetPerSecond: number): Promise<Sample> {
    const now = performance.now();
    const { ledger, letters, latencies, executions } = this.#options.world;
    const counts = ledger.counts();
    const [sent, ended] = [sum(counts.sent), this.#ended()];
    const spanSeconds = (now - this.#lastAt) / 1_000;
    const sentPerSecond = (sent - this.#lastSent) / spanSeconds;
    const endedPerSecond = (ended - this.#lastEnded) / spanSeconds;
    [this.#lastAt, this.#lastSent, this.#lastEnded] = [now, sent, ended];
    const taken = latencies.take();
    const usage = await unlessBusy('memory', this.#options.probe.usage());
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
      ...(await this.#nowAndThen(now)),
    };
  }

  async #nowAndThen(now: number): Promise<Partial<Sample>> {
    if (now < this.#collectAt) return {};
    this.#collectAt = now + (this.#options.collectEveryMs ?? Number.POSITIVE_INFINITY);
    const { directory, runtime, isKept } = this.#options.soakStack;
    const collected = await unlessBusy('heaps', this.#options.probe.collected());
    const logs = isKept ? join(directory, 'data', 'logs') : runtime.logsDirectory;
    const [diskBytes, logBytes] = await Promise.all([sizeOf(directory), sizeOf(logs)]);
    return { ...(collected !== undefined && { collected }), diskBytes, logBytes };
  }

  #ended(): number {
    const { accepted, rejected, deadLettered } = this.#options.world.ledger.counts();
    return accepted + sum(rejected) + deadLettered;
  }
}
