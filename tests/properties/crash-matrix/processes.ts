import { AsyncLocalStorage } from 'node:async_hooks';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Killed } from '../mortal.ts';

/** A call that leaves a process. */
export interface Effect {
  /** Such as `register-device TransactWriteItems`. */
  readonly name: string;
  /** It changes nothing, so that a process that ends after it might as well have ended before. */
  readonly isRead: boolean;
}

/** Where a process ends: at which effect, counted from 1 since the last end, and on which side of it. */
export interface Point {
  readonly effect: number;
  readonly when: 'before' | 'after';
}

/** All that is done outside of the processes of one run, and where they are to end. */
export class Fate {
  /** The effects of each stretch: up to the first end, from there up to the second … */
  readonly stretches: Effect[][] = [[]];
  /** What has been begun ends, and nothing begins any more: the machine is off. */
  isOver = false;
  readonly #points: Point[];
  readonly #atEnd: () => Promise<void>;
  readonly #during: <T>(work: () => Promise<T>) => Promise<T>;

  /**
   * @param atEnd called just after a process has ended, while nobody else does anything
   * @param during has each effect done, while time stands still
   */
  constructor(
    points: readonly Point[] = [],
    atEnd: () => Promise<void> = async () => undefined,
    during: <T>(work: () => Promise<T>) => Promise<T> = (work) => work(),
  ) {
    this.#points = [...points];
    this.#atEnd = atEnd;
    this.#during = during;
  }

  /** Whether all ends have come. */
  get isFulfilled(): boolean {
    return this.#points.length === 0;
  }

  /** Notes an effect that is about to be. @returns on which side of it its process ends, if it does */
  meet(effect: Effect): Point['when'] | undefined {
    const stretch = this.stretches.at(-1);
    stretch?.push(effect);
    const [point] = this.#points;
    if (point === undefined || point.effect !== stretch?.length) return undefined;
    this.#points.shift();
    this.stretches.push([]);
    return point.when;
  }

  during<T>(work: () => Promise<T>): Promise<T> {
    return this.#during(work);
  }

  async ended(): Promise<void> {
    await outside(() => alone(this.#atEnd));
  }
}

interface Process {
  readonly name: string;
  readonly fate: Fate;
  isDead: boolean;
  /** One effect at a time, in the order in which they are asked for: so they have numbers. */
  turn: Promise<unknown>;
  /** What was answered and not done. */
  readonly late: (() => Promise<unknown>)[];
}

const current = new AsyncLocalStorage<Process | undefined>();

/** Runs what belongs to no process. */
export const outside = <T>(work: () => T): T => current.run(undefined, work);

export type Ended<T> =
  | { readonly how: 'answered'; readonly answer: T }
  | { readonly how: 'failed'; readonly error: Error }
  | { readonly how: 'killed' };

/** Runs a process to its end. What it does after it was killed has no effect, and nobody hears of it. */
export async function run<T>(name: string, fate: Fate, work: () => Promise<T>): Promise<Ended<T>> {
  const process: Process = { name, fate, isDead: false, turn: Promise.resolve(), late: [] };
  const finish = async (): Promise<T> => {
    const answer = await work();
    for (const each of process.late) await each();
    return answer;
  };
  const ended = await current.run(process, () =>
    finish().then(
      (answer): Ended<T> => ({ how: 'answered', answer }),
      (error: Error): Ended<T> => ({ how: 'failed', error }),
    ),
  );
  return process.isDead ? { how: 'killed' } : ended;
}

/** What is being done, by anybody. */
const flying = new Set<Promise<unknown>>();
/** Nothing is begun until this is over. */
let pause: Promise<void> = Promise.resolve();

async function fly<T>(act: () => Promise<T>): Promise<T> {
  await pause;
  const flight = act();
  flying.add(flight);
  try {
    return await flight;
  } finally {
    flying.delete(flight);
  }
}

/** Has something done while nobody does anything else. */
async function alone(work: () => Promise<void>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  pause = promise;
  await Promise.allSettled(flying);
  try {
    await work();
  } finally {
    resolve();
  }
}

async function perform<T>(process: Process, effect: Effect, act: () => Promise<T>): Promise<T> {
  if (process.isDead || process.fate.isOver) throw new Killed();
  const when = process.fate.meet(effect);
  if (when === undefined) return fly(act);
  if (when === 'after') await fly(act).catch(() => undefined);
  process.isDead = true;
  await process.fate.ended();
  throw new Killed();
}

/** An effect of the process that asks for it; of none, it is just done. */
export function effect<T>(name: string, isRead: boolean, act: () => Promise<T>): Promise<T> {
  const process = current.getStore();
  if (process === undefined) return act();
  const described = { name: `${process.name} ${name}`, isRead };
  const done = process.turn.then(() => process.fate.during(() => perform(process, described, act)));
  process.turn = done.catch(() => undefined);
  return done;
}

const READS = /^(?:Get|BatchGet|TransactGet|Query|Scan|List|Describe|Head|Read|Find|Count)/i;

/** The same for each call of a target's methods: for what is no client of the SDK. */
export const watched = <T extends object>(name: string, target: T): T =>
  new Proxy(target, {
    get(object, property) {
      const method = Reflect.get(object, property);
      if (typeof method !== 'function') return method;
      return (...parts: unknown[]) =>
        effect(`${name}.${String(property)}`, READS.test(String(property)), async () =>
          method.apply(object, parts),
        );
    },
  });

/** Operations that are done last of all, whatever the code says: a bug, which is there to be found. */
let late: ReadonlySet<string> = new Set();

/** Plants that bug while something runs. */
export async function withLate<T>(operation: string, work: () => Promise<T>): Promise<T> {
  late = new Set([operation]);
  try {
    return await work();
  } finally {
    late = new Set();
  }
}

type Send = (this: object, command: object, ...rest: unknown[]) => Promise<unknown>;

/** Makes each call of each client of the SDK an effect. @returns what undoes it */
export function watchClients(): () => void {
  const prototype = Object.getPrototypeOf(DynamoDBClient.prototype) as { send: Send };
  const { send } = prototype;
  prototype.send = function watchedSend(command, ...rest) {
    const operation = command.constructor.name.replace(/Command$/, '');
    const done = () => effect(operation, READS.test(operation), () => send.call(this, command, ...rest));
    const process = current.getStore();
    if (process === undefined || !late.has(operation)) return done();
    process.late.push(done);
    return Promise.resolve({});
  };
  return () => {
    prototype.send = send;
  };
}
