import { setTimeout as delay } from 'node:timers/promises';
import { deviceIdOf, isConnected, type Slot } from './slots.ts';
import {
  decommissionByDevice,
  decommissionByExecution,
  hold,
  purge,
  reconnect,
  register,
  release,
  restore,
  type Step,
  update,
} from './steps.ts';
import type { World } from './world.ts';

interface Kind {
  /** Of a thousand. */
  readonly weight: number;
  readonly step: Step;
  /** Of those that are not busy. */
  readonly isFor: (slot: Slot, world: World) => boolean;
}

const isActive = (slot: Slot) => slot.standing === 'active' && isConnected(slot);
const isOut = ({ standing }: Slot) => standing === 'decommissioned';
/** Some must stay in service, or there is nobody to send heartbeats. */
const MIN_ACTIVE_SHARE = 0.6;

const areEnoughActive = ({ slots }: World) =>
  slots.filter(({ standing }) => standing === 'active').length > slots.length * MIN_ACTIVE_SHARE;

/** What is not a heartbeat; as often as a fleet would have it, but lives are some thousand times as short. */
const KINDS: readonly Kind[] = [
  { weight: 25, step: register, isFor: ({ standing }) => standing === 'absent' },
  { weight: 50, step: update, isFor: isActive },
  { weight: 25, step: reconnect, isFor: isActive },
  {
    weight: 10,
    step: decommissionByDevice,
    isFor: (slot, world) => isActive(slot) && areEnoughActive(world),
  },
  {
    weight: 8,
    step: decommissionByExecution,
    isFor: (slot, world) => isActive(slot) && areEnoughActive(world),
  },
  { weight: 14, step: restore, isFor: isOut },
  // Whose outcome nobody knows is taken out of service, which it may be already.
  { weight: 4, step: decommissionByExecution, isFor: ({ standing }) => standing === 'unknown' },
  { weight: 2, step: hold, isFor: (slot) => isOut(slot) && !slot.isHeld },
  { weight: 2, step: release, isFor: (slot) => isOut(slot) && slot.isHeld },
  { weight: 2, step: purge, isFor: (slot) => isOut(slot) && !slot.isHeld },
];
const MALFORMED_WEIGHT = 4;
const UNANSWERABLE_WEIGHT = 0.5;
const THOUSAND = 1_000;

const CHOICES: readonly (readonly [number, Kind | 'heartbeat' | 'malformed' | 'unanswerable'])[] = [
  ...KINDS.map((kind) => [kind.weight, kind] as const),
  [MALFORMED_WEIGHT, 'malformed'],
  [UNANSWERABLE_WEIGHT, 'unanswerable'],
  [
    THOUSAND - KINDS.reduce((sum, { weight }) => sum + weight, MALFORMED_WEIGHT + UNANSWERABLE_WEIGHT),
    'heartbeat',
  ],
];

/** Runs a step for a slot that nothing else is done with meanwhile. What goes wrong in it is a surprise. */
export async function runStep(world: World, slot: Slot, step: Step): Promise<void> {
  slot.isBusy = true;
  try {
    await step(world, slot);
  } catch (error) {
    if (slot.standing !== 'absent') slot.standing = 'unknown';
    world.surprise(`${step.name} of ${deviceIdOf(slot)}: ${String(error)}`);
  } finally {
    slot.isBusy = false;
  }
}

const idle = (world: World, isFor: Kind['isFor']): readonly Slot[] =>
  world.slots.filter((slot) => !slot.isBusy && isFor(slot, world));

/** A device that has lost its connection comes back; the others send a message of no consequence for their lives. */
async function report(world: World, operation: string, payload: object): Promise<void> {
  const slot = world.random.pick(world.slots);
  if (slot.standing === 'active' && !slot.isBusy && !isConnected(slot)) {
    await runStep(world, slot, reconnect);
    return;
  }
  const connected = isConnected(slot) ? [slot] : world.slots.filter(isConnected);
  if (connected.length > 0) await world.publish(world.random.pick(connected), operation, { ...payload });
}

/** The next request of the mix. Resolves when it is answered, or nobody waits for that any more. */
export async function sendNext(world: World): Promise<void> {
  const choice = world.random.weighted(CHOICES);
  if (choice === 'malformed') return report(world, 'update', { colour: 'red' });
  if (choice === 'unanswerable') return world.publishUnanswerable(deviceIdOf(world.random.pick(world.slots)));
  if (choice === 'heartbeat') return report(world, 'heartbeat', {});
  const candidates = idle(world, choice.isFor);
  if (candidates.length === 0) return report(world, 'heartbeat', {});
  await runStep(world, world.random.pick(candidates), choice.step);
}

/** Brings the first devices into service, a few at a time. */
export async function registerAll(world: World): Promise<void> {
  const CONCURRENCY = 16;
  const queue = world.slots.values();
  const worker = async () => {
    for (const slot of queue) await runStep(world, slot, register);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
}

/** Has the devices send requests, so many at a time, for some seconds. @returns how many a second were answered */
async function driveClosed(
  world: World,
  concurrency: number,
  seconds: number,
  signal: AbortSignal,
): Promise<number> {
  const startedAt = performance.now();
  const endsAt = startedAt + seconds * 1_000;
  let answered = 0;
  const worker = async () => {
    while (performance.now() < endsAt && !signal.aborted) {
      await sendNext(world);
      if (performance.now() < endsAt) answered += 1;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return answered / seconds;
}

/** Enough that processors, not round trips, are the limit. */
const CONCURRENCY = 64;

export interface MaximumSpans {
  readonly warmUpSeconds: number;
  readonly measuredSeconds: number;
}

/** How many requests a second of the mix a stack answers, when the next is sent as soon as one is answered. */
export async function measureMaximum(
  world: World,
  { warmUpSeconds, measuredSeconds }: MaximumSpans,
  signal: AbortSignal,
): Promise<number> {
  await driveClosed(world, CONCURRENCY, warmUpSeconds, signal);
  const perSecond = await driveClosed(world, CONCURRENCY, measuredSeconds, signal);
  console.log(`  maximum: ${perSecond.toFixed(0)} requests a second, ${CONCURRENCY} at a time`);
  return perSecond;
}

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
