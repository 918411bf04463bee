import { START } from '@device-lifecycle/test-kit/clock.ts';
import { createRandom, type Random } from '@device-lifecycle/test-kit/random.ts';
import { Rejection } from '../../../shared/errors.ts';
import type { DeviceStore } from '../../../shared/ports.ts';
import type { Call } from '../../support/faults.ts';
import type { Operation } from '../concurrency/plan.ts';
import { type Answer, perform } from '../concurrency/play.ts';
import { type Attempt, isWrite, noteRefusal, type Sweep } from './attempt.ts';
import { describePassage, drawOverdue, drawPassage } from './passages.ts';
import { Requests } from './requests.ts';
import type { Actor, Arrival, Simulation } from './simulation.ts';
import type { Sweeper } from './sweeper.ts';

interface Client {
  readonly actor: Actor;
  /** How far its clock is from the others'. */
  readonly skewMs: number;
  attempt?: Attempt;
  /** Epoch milliseconds of its clock, after which it is of no use any more. */
  deadlineEpochMs: number;
}

const CLIENTS = 6;
/** Lambda's: an asynchronous invocation that fails is tried twice more. */
const MAX_TRIES = 3;
const DEADLINE_MS = 9_000;
/** How far a client's clock is ahead or behind, at the most. */
export const MAX_SKEW_MS = 2_000;
/** Ten times as many as most rounds take. */
const MAX_STEPS = 4_000;
/** What passes between two things that happen. Most retentions are over within seconds. */
const PASSING_MS = [0, 1, 20, 100, 300, 1_000];

/** Lets one thing happen at a time, by chance, as the seed has it. */
export class Schedule {
  readonly attempts: Attempt[] = [];
  readonly sweeps: Sweep[] = [];
  readonly trace: string[] = [];
  nowEpochMs = START;
  readonly #random: Random;
  readonly #requests: Requests;
  readonly #clients: readonly Client[];
  readonly #simulation: Simulation;
  readonly #store: DeviceStore;
  readonly #sweeper: Sweeper;
  readonly #failed: Attempt[] = [];
  /** What its client's clock said when a call was made: repeated or late, it says what it said then. Epoch milliseconds. */
  readonly #made = new WeakMap<Call['input'], number>();
  #step = 0;

  constructor(
    seed: number,
    count: number,
    { simulation, store, sweeper }: { simulation: Simulation; store: DeviceStore; sweeper: Sweeper },
  ) {
    this.#random = createRandom(seed);
    this.#requests = new Requests(this.#random, count);
    this.#simulation = simulation;
    this.#store = store;
    this.#sweeper = sweeper;
    this.#clients = Array.from({ length: CLIENTS }, (_, index) => ({
      actor: simulation.actor(`client-${index + 1}`),
      skewMs: this.#random.below(2 * MAX_SKEW_MS) - MAX_SKEW_MS,
      deadlineEpochMs: 0,
    }));
  }

  /** To be told of each call that gets to the engine. */
  readonly noteArrival = ({ call, purpose, error, isHeard }: Arrival) => {
    const attempt = purpose as Attempt;
    attempt.reachedAt = this.#step;
    const reasons = (error as { CancellationReasons?: { Code?: string }[] } | undefined)?.CancellationReasons;
    const codes = reasons?.map(({ Code }) => Code).join(' ');
    this.#note(`  ${call.commandName} of ${attempt.index}: ${codes ?? error?.name ?? 'done'}`);
    const madeAtEpochMs = this.#made.get(call.input);
    if (madeAtEpochMs === undefined) throw new Error(`${call.commandName} of ${attempt.index} is not known.`);
    if (isHeard) noteRefusal(attempt, call, madeAtEpochMs, codes);
    if (error !== undefined || !isWrite(call)) return;
    const write = { at: this.#step, madeAtEpochMs };
    if (isHeard) attempt.written ??= write;
    else attempt.writtenUnheard ??= write;
  };

  async play(): Promise<void> {
    for (let next = this.#draw(); next !== undefined; next = this.#draw()) {
      this.#step += 1;
      if (this.#step > MAX_STEPS) throw new Error(`It is not over after ${MAX_STEPS} steps.`);
      await next();
    }
  }

  #note(what: string): void {
    this.trace.push(`${this.#step} ${what}`);
  }

  #draw(): (() => Promise<void>) | undefined {
    const idle = this.#clients.filter(({ attempt }) => attempt === undefined);
    const waiting = this.#clients.filter(({ attempt }) => attempt !== undefined);
    const { late } = this.#simulation;
    const isWorkLeft = this.#requests.areLeft || this.#failed.length > 0;
    const isAnyoneFree = idle.length > 0;
    const choices: (readonly [weight: number, happens: () => Promise<void>])[] = [
      [isAnyoneFree && this.#requests.areLeft ? 4 : 0, () => this.#ask(idle)],
      [isAnyoneFree && this.#failed.length > 0 ? 2 : 0, () => this.#askAgain(idle)],
      [3 * waiting.length, () => this.#letThrough(waiting)],
      [late.length, () => this.#arrive()],
    ];
    const isOver = !isWorkLeft && waiting.length === 0 && late.length === 0;
    if (isOver) return undefined;
    return this.#random.weighted([...choices, [1.5, () => this.#pass()], [0.7, () => this.#sweep()]]);
  }

  async #ask(idle: readonly Client[]): Promise<void> {
    await this.#begin(idle, this.#requests.next(this.nowEpochMs), 1);
  }

  async #askAgain(idle: readonly Client[]): Promise<void> {
    const [failed] = this.#failed.splice(this.#random.below(this.#failed.length), 1);
    if (failed !== undefined) await this.#begin(idle, failed.request, failed.tries + 1);
  }

  async #begin(idle: readonly Client[], request: Operation, tries: number): Promise<void> {
    const client = this.#random.pick(idle);
    const { actor, skewMs } = client;
    const index = this.attempts.length;
    const attempt: Attempt = {
      ...{ index, client: actor.name, request, tries, invokedAt: this.#step, times: [] },
      isDisturbed: false,
      insists: false,
    };
    this.attempts.push(attempt);
    client.attempt = attempt;
    client.deadlineEpochMs = this.nowEpochMs + skewMs + DEADLINE_MS;
    const { deadlineEpochMs } = client;
    const clock = () => {
      const now = this.nowEpochMs + skewMs;
      if (attempt.times.at(-1) !== now) attempt.times.push(now);
      return now;
    };
    const context = { store: this.#store, clock, deadlineEpochMs, observeGhost: () => undefined };
    this.#note(`${actor.name} begins ${index}: ${request.operation} ${JSON.stringify(request.input)}`);
    clock();
    await actor.start(attempt, async () => this.#end(client, attempt, await answerOf(request, context)));
    this.#noteCall(client);
  }

  #end(client: Client, attempt: Attempt, answer: Answer): void {
    const { verdict } = answer;
    attempt.returnedAt = this.#step;
    attempt.answer = answer;
    delete client.attempt;
    this.#note(`${client.actor.name} ends ${attempt.index}: ${describeAnswer(answer)}`);
    const isTriedAgain = verdict === 'failed' && attempt.tries < MAX_TRIES && this.#random.chance(0.8);
    if (isTriedAgain) this.#failed.push(attempt);
  }

  async #letThrough(waiting: readonly Client[]): Promise<void> {
    const client = this.#random.pick(waiting);
    const { actor, deadlineEpochMs, skewMs, attempt } = client;
    if (actor.held === undefined || attempt === undefined)
      throw new Error(`${actor.name} waits for nothing.`);
    // Now and then the network takes longer than anybody waits.
    if (this.#random.chance(0.01)) this.nowEpochMs += DEADLINE_MS;
    const isOverdue = this.nowEpochMs + skewMs >= deadlineEpochMs;
    const passage = isOverdue ? drawOverdue(this.#random) : drawPassage(this.#random, actor.held.call);
    this.#note(`${actor.name} goes on with ${attempt.index}: ${describePassage(passage)}`);
    attempt.isDisturbed ||= isOverdue || passage.kind === 'fault' || passage.kind === 'late';
    await actor.letThrough(passage);
    this.#noteCall(client);
  }

  #noteCall({ actor, skewMs }: Client): void {
    const input = actor.held?.call.input;
    if (input !== undefined && !this.#made.has(input)) this.#made.set(input, this.nowEpochMs + skewMs);
  }

  async #arrive(): Promise<void> {
    const { late } = this.#simulation;
    const [call] = late.splice(this.#random.below(late.length), 1);
    // What is on its way when all is done need not arrive.
    if (call !== undefined && this.#random.chance(0.8)) await call.arrive();
  }

  async #pass(): Promise<void> {
    this.nowEpochMs += this.#random.pick(PASSING_MS);
    this.#note(`it is ${this.nowEpochMs - START}`);
  }

  async #sweep(): Promise<void> {
    const swept = await this.#sweeper.sweep(this.#random, this.nowEpochMs);
    if (swept === undefined) return;
    this.#note(`TTL removes ${swept.guardId ?? swept.deviceId}`);
    this.sweeps.push({ ...swept, sweptAt: this.#step });
  }
}

async function answerOf(request: Operation, context: Parameters<typeof perform>[1]): Promise<Answer> {
  try {
    return { verdict: 'accepted', result: { ...(await perform(request, context)) } };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { verdict: error instanceof Rejection ? 'rejected' : 'failed', error };
  }
}

/** As it stands in a trace. */
export const describeAnswer = (answer: Answer): string =>
  answer.verdict === 'accepted' ? JSON.stringify(answer.result) : answer.error.name;
