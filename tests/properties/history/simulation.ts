import { AsyncLocalStorage } from 'node:async_hooks';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Call, Fault } from '../../support/faults.ts';

/** What becomes of a call that is let through. */
export type Passage =
  | { readonly kind: 'pass' }
  | { readonly kind: 'fault'; readonly fault: Fault }
  /** It is done, its answer is lost, and the SDK makes it once more: it is held again. */
  | { readonly kind: 'repeat' }
  /** Its caller is told that it failed, and it arrives later. */
  | { readonly kind: 'late'; readonly fault: Fault };

/** A call to the engine that its caller waits for. */
export interface HeldCall {
  readonly call: Call;
  /** What it was made for: as it was given to {@link Actor.start}. */
  readonly purpose: unknown;
}

/** A call that nobody waits for any more. */
export interface LateCall extends HeldCall {
  arrive(): Promise<void>;
}

/** A call that has got to the engine. */
export interface Arrival extends HeldCall {
  /** What the engine says; `undefined` when it has done it. */
  readonly error: Error | undefined;
  /** Whether its caller hears of that. */
  readonly isHeard: boolean;
}

interface Gate extends HeldCall {
  open(passage: Passage): void;
}

/** Somebody who makes calls, one at a time. */
export class Actor {
  readonly name: string;
  readonly #whoseCall: AsyncLocalStorage<Actor>;
  #gate: Gate | undefined;
  purpose: unknown;
  #rest: () => void = () => undefined;

  constructor(name: string, whoseCall: AsyncLocalStorage<Actor>) {
    this.name = name;
    this.#whoseCall = whoseCall;
  }

  /** The call that it waits for; `undefined` when it is idle. */
  get held(): HeldCall | undefined {
    return this.#gate;
  }

  /** Begins to work. Resolves when it waits for a call, or has finished. */
  async start(purpose: unknown, work: () => Promise<void>): Promise<void> {
    this.purpose = purpose;
    const rested = this.#untilItRests();
    const done = this.#whoseCall.run(this, work).finally(() => this.#rest());
    await Promise.race([rested, done]);
  }

  /** Lets its call through. Resolves when it waits for the next one, or has finished. */
  async letThrough(passage: Passage): Promise<void> {
    const gate = this.#gate;
    if (gate === undefined) throw new Error(`${this.name} waits for nothing.`);
    this.#gate = undefined;
    const rested = this.#untilItRests();
    gate.open(passage);
    await rested;
  }

  async hold(call: Call): Promise<Passage> {
    return new Promise((open) => {
      this.#gate = { call, purpose: this.purpose, open };
      this.#rest();
    });
  }

  #untilItRests(): Promise<void> {
    return new Promise((rest) => {
      this.#rest = rest;
    });
  }
}

/**
 * Holds every call that an actor makes to the engine until it is let through, so that one thing happens at a time and in
 * an order of the tests' choice: each call has its effect at one moment, and nothing else is shared between actors.
 */
export class Simulation {
  readonly #whoseCall = new AsyncLocalStorage<Actor>();
  readonly #onArrival: (arrival: Arrival) => void;
  readonly late: LateCall[] = [];

  constructor(client: DynamoDBClient, onArrival: (arrival: Arrival) => void) {
    this.#onArrival = onArrival;
    client.middlewareStack.add(
      (next, context) => async (args) => {
        const actor = this.#whoseCall.getStore();
        if (actor === undefined) return next(args);
        const call = { commandName: String(context['commandName']), input: args.input };
        return this.#pass(actor, call, () => next(args));
      },
      { step: 'deserialize', name: 'simulation', priority: 'high', override: true },
    );
  }

  actor(name: string): Actor {
    return new Actor(name, this.#whoseCall);
  }

  async #pass<T>(actor: Actor, call: Call, make: () => Promise<T>): Promise<T> {
    for (;;) {
      const passage = await actor.hold(call);
      const held = { call, purpose: actor.purpose };
      const unheard = () => this.#make({ ...held, isHeard: false }, make).then(noAnswer, noAnswer);
      switch (passage.kind) {
        case 'pass':
          return this.#make({ ...held, isHeard: true }, make);
        case 'fault':
          if (passage.fault.when === 'after') await unheard();
          throw passage.fault.error;
        case 'repeat':
          await unheard();
          break;
        case 'late':
          this.late.push({ ...held, arrive: unheard });
          throw passage.fault.error;
      }
    }
  }

  async #make<T>(arrival: Omit<Arrival, 'error'>, make: () => Promise<T>): Promise<T> {
    try {
      const answer = await make();
      this.#onArrival({ ...arrival, error: undefined });
      return answer;
    } catch (error) {
      this.#onArrival({ ...arrival, error: error as Error });
      throw error;
    }
  }
}

const noAnswer = () => undefined;

/**
 * Takes the real time out of what `work` does: nobody waits before another try, and no call is given up but by the
 * tests, whose clock is another.
 */
export async function withoutRealTime<T>(work: () => Promise<T>): Promise<T> {
  const { random } = Math;
  const { timeout } = AbortSignal;
  Math.random = () => 0;
  AbortSignal.timeout = () => new AbortController().signal;
  try {
    return await work();
  } finally {
    Math.random = random;
    AbortSignal.timeout = timeout;
  }
}
