import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Random } from '@device-lifecycle/test-kit/random.ts';
import { expect } from '@jest/globals';
import type { Cloud, Snapshot } from './cloud.ts';
import { createExecutions, type Executions, invokerOf } from './executions.ts';
import { checkInvariants } from './invariants.ts';
import { startKeptExecutions } from './kept-executions.ts';
import { observe, type World, withoutProgress, withoutStarts } from './outcome.ts';
import { Platform } from './platform.ts';
import { type Effect, Fate, type Point } from './processes.ts';

/** One run of an operation. */
export interface Run {
  readonly cloud: Cloud;
  readonly platform: Platform;
  readonly executions: Executions;
  readonly fate: Fate;
  /** Adds a device whose record DynamoDB has removed. */
  expire(deviceId: string): Promise<void>;
  /** What an operator has been told. */
  reported: unknown;
}

/** An operation of many effects, and what it begins with. */
export interface Operation {
  readonly name: string;
  /** Functions whose streams do not start them: they are late, or their records are gone. */
  readonly idle?: readonly string[];
  /**
   * Who is killed: a function, by default; the laptop's runtime, between two writes of what it keeps of executions; or
   * an operator's command.
   */
  readonly who?: 'runtime' | 'operator';
  /** Whether what the streams tell of the preparation is yet to be brought. */
  readonly hasBacklog?: boolean;
  readonly hasMapRun?: boolean;
  prepare(cloud: Cloud): Promise<void>;
  /** Begins it; what follows by itself is the platform's. */
  start(run: Run): Promise<void>;
}

/** An operation, and where it begins and ends when nobody is killed. */
export interface Prepared {
  readonly operation: Operation;
  readonly snapshot: Snapshot;
  readonly known: ReadonlySet<string>;
  readonly clean: Played;
}

interface Played {
  readonly world: World;
  readonly fate: Fate;
  /** The functions and the state machines that took part. */
  readonly invoked: ReadonlySet<string>;
  readonly machines: readonly string[];
  /** How often state machines have invoked functions. */
  readonly tasks: number;
}

const isDevice = (id: string): boolean => !id.includes('#');

async function play(
  cloud: Cloud,
  { operation, snapshot, known }: Omit<Prepared, 'clean'>,
  points: readonly Point[],
): Promise<Played> {
  await cloud.restore(snapshot);
  const expired = new Set<string>();
  const broken: unknown[] = [];
  const check = () =>
    checkInvariants(cloud, { devices: known, expired }).catch((error: unknown) => void broken.push(error));
  const fate = new Fate(points, check, (work) => cloud.clock.during(work));
  const platform = new Platform(
    cloud,
    operation.who === undefined ? fate : new Fate(),
    snapshot,
    operation.idle,
  );
  const directory = mkdtempSync(join(tmpdir(), 'crash-matrix-'));
  const executions =
    operation.who === 'runtime'
      ? await startKeptExecutions(cloud, { platform, fate, directory })
      : createExecutions(cloud, invokerOf(platform), { spoolDirectory: directory });
  cloud.states = (request) => executions.service.handle(request);
  const run: Run = {
    cloud,
    platform,
    executions,
    fate,
    reported: undefined,
    async expire(deviceId) {
      expired.add(deviceId);
      await platform.expire(deviceId);
    },
  };
  try {
    await operation.start(run);
    await executions.settle();
    await platform.settle();
    // What a function has started.
    await executions.settle();
    await platform.settle();
    await check();
    if (broken.length > 0) throw broken[0];
    const world = await observe(cloud, {
      executions: executions.outcomes(),
      deadLetters: platform.deadLetters,
      reported: run.reported,
    });
    const machines = executions.outcomes().map(({ machine }) => machine);
    return { world, fate, invoked: platform.invoked, machines, tasks: platform.tasks };
  } finally {
    cloud.states = undefined;
    await executions.close();
    rmSync(directory, { recursive: true });
  }
}

/** Prepares an operation and runs it once without an end. */
export async function prepare(cloud: Cloud, operation: Operation): Promise<Prepared> {
  await cloud.restore(undefined);
  await operation.prepare(cloud);
  const records = await cloud.tables.pull();
  const snapshot = await cloud.snapshot(operation.hasBacklog === true ? records : undefined);
  const { devices, invalidDevices } = snapshot.items;
  const known = new Set([...devices.keys(), ...invalidDevices.keys()].filter(isDevice));
  const clean = await play(cloud, { operation, snapshot, known }, []);
  return { operation, snapshot, known, clean };
}

/**
 * Where a stretch can end. Of the points between the same two changes one stands for all: a process that ends before an
 * effect, or after one that only reads, leaves the same behind as one that ended just after the change before.
 */
export function pointsOf(effects: readonly Effect[], isExhaustive: boolean): readonly Point[] {
  const sides = ['before', 'after'] as const;
  return effects.flatMap(({ isRead }, index) =>
    sides
      .filter((when) => isExhaustive || (when === 'after' ? !isRead : index === 0))
      .map((when) => ({ effect: index + 1, when })),
  );
}

/** As `CRASH_POINT` has it. */
export const label = (operation: Operation, points: readonly Point[]): string =>
  `${operation.name}:${points.map(({ effect, when }) => `${effect}:${when}`).join(',')}`;

export function parsePoints(text: string): readonly Point[] {
  return text.split(',').map((point) => {
    const [effect, when] = point.split(':');
    if (when !== 'before' && when !== 'after') throw new Error(`${point} is no point, such as 7:after.`);
    return { effect: Number(effect), when };
  });
}

/** What a run comes to, but for what may differ of such an operation. */
function promised(world: World, { who }: Operation, points: readonly Point[]): World {
  const ended = points.length > 1 ? withoutProgress(world) : world;
  return who === 'operator' ? withoutStarts(ended) : ended;
}

/** Ends an operation there, and holds what it comes to against what it comes to by itself. @throws Error with the command that repeats it */
export async function converge(cloud: Cloud, prepared: Prepared, points: readonly Point[]): Promise<Played> {
  const { operation, clean } = prepared;
  const where = label(operation, points);
  try {
    const played = await play(cloud, prepared, points);
    expect(promised(played.world, operation, points)).toEqual(promised(clean.world, operation, points));
    // Whoever goes on repeats the state that was under way; of a map run, a quarter of a second, which is all of it here.
    const again = operation.hasMapRun === true ? clean.tasks : 1;
    if (operation.who === 'runtime') {
      expect(played.tasks).toBeLessThanOrEqual(clean.tasks + points.length * again);
    }
    return played;
  } catch (error) {
    const again = `CRASH_POINT='${where}' npm test -- tests/properties/crash-matrix`;
    throw new Error(`Killed at ${where}\n${again}\n${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}

/** One end at each point. @returns for each, what came after it */
export async function convergeFromAll(
  cloud: Cloud,
  prepared: Prepared,
  points: readonly Point[],
): Promise<ReadonlyMap<Point, readonly Effect[]>> {
  const followed = new Map<Point, readonly Effect[]>();
  for (const point of points) {
    const { fate } = await converge(cloud, prepared, [point]);
    followed.set(point, fate.stretches[1] ?? []);
  }
  return followed;
}

/** All pairs of a first end and one of what follows it. */
export const pairsOf = (followed: ReadonlyMap<Point, readonly Effect[]>): readonly (readonly Point[])[] =>
  [...followed].flatMap(([first, effects]) => pointsOf(effects, false).map((second) => [first, second]));

/** So many of them, by a seed; all where there are no more. */
export function sample<T>(all: readonly T[], count: number, random: Random): readonly T[] {
  const rest = [...all];
  const chosen: T[] = [];
  while (rest.length > 0 && chosen.length < count) chosen.push(...rest.splice(random.below(rest.length), 1));
  return chosen;
}
