import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '@device-lifecycle/test-kit/eventually.ts';
import { createFactory, type Factory } from '@device-lifecycle/test-kit/laptop/identity.ts';
import { createRandom, type Random } from '@device-lifecycle/test-kit/random.ts';
import type { LifeEvent } from '../../properties/concurrency/history.ts';
import { BAD_DAY } from './bad-day.ts';
import { checkTables, problemsOfAccess, problemsOfEvents, readOutcome, strangeEnds } from './checks.ts';
import { CampaignDevice } from './devices.ts';
import { answersLogged } from './evidence.ts';
import { Operators } from './operators.ts';
import { Recorder } from './recorder.ts';
import { settle } from './settle.ts';
import { type DeliveredEvent, subscribe, takeEvents } from './subscriber.ts';
import { World } from './world.ts';

const DEVICES = 8;
const [DEVICE_STEPS, OPERATOR_STEPS] = [7, 8];
/** Between the beginning of what devices and operators do, and the kill. */
const [KILLED_AFTER_MS, KILLED_WITHIN_MS] = [1_500, 3_000];

/** How long they act after it. */
const ACTS_MS = 4_000;

/** How long what is under way when nothing is pending any more may take. */
const LATE_MS = 10_000;

/** What is wrong after a round, and what it has seen. */
export interface Report {
  readonly problems: readonly string[];
  readonly seen: Readonly<Record<string, number>>;
}

interface Cast {
  readonly world: World;
  readonly devices: readonly CampaignDevice[];
  readonly operators: Operators;
  readonly recorder: Recorder;
}

/** Plays a bad day, a kill and another bad day, then lets all come to rest and looks at what is left. */
export async function playRound(seed: number): Promise<Report> {
  const directory = await mkdtemp(join(tmpdir(), 'campaign-'));
  const dataDirectory = join(directory, 'data');
  const world = new World(dataDirectory);
  try {
    const cast = await makeCast(world, seed);
    const random = createRandom(seed);
    await Promise.all([actAll(cast), killSoon(world, random)]);
    await world.start(BAD_DAY, seed + 1);
    await cast.recorder.connect(world);
    await Promise.all([actAll(cast), delay(ACTS_MS).then(() => world.finish())]);
    const exitCode = await stop(cast);
    await world.start();
    const letters = await comeToRest(cast);
    const report = await examine(cast, dataDirectory);
    const endCode = await stop(cast);
    const codes = [exitCode, endCode]
      .filter((code) => code !== 0)
      .map((code) => `a runtime ended with ${code}: ${errorsOf(world)}`);
    return { problems: [...report.problems, ...codes], seen: { ...report.seen, letters } };
  } catch (error) {
    throw new Error(
      `${error instanceof Error ? error.stack : error}\n\nThe runtimes said:\n${world.printed}`,
    );
  } finally {
    await world.kill();
    await rm(directory, { recursive: true, force: true });
  }
}

/** Makes devices and a subscriber on a bad day. */
async function makeCast(world: World, seed: number): Promise<Cast> {
  await world.start(BAD_DAY, seed);
  const recorder = new Recorder();
  const factory = createFactory(world.stack);
  const names = Array.from({ length: DEVICES }, (_, index) => `device-${index}`);
  const make = async (name: string, index: number) => {
    const identity = await world.persist(() => factory.make(name));
    if (identity === undefined) throw new Error(`${name} was not made.`);
    return new CampaignDevice(world, identity, seed + index);
  };
  const [devices] = await Promise.all([
    Promise.all(names.map(make)),
    recorder.connect(world),
    subscribe(world),
  ]);
  factory.close();
  return { world, devices, operators: new Operators(world, seed), recorder };
}

async function actAll({ devices, operators }: Cast): Promise<void> {
  const ids = devices.map(({ deviceId }) => deviceId);
  const half = ids.slice(0, DEVICES / 2);
  await Promise.all([
    ...devices.map((device) => device.live(DEVICE_STEPS)),
    operators.work(OPERATOR_STEPS, ids),
    operators.workOnFleet('decommissionFleet', half).then(() => operators.workOnFleet('restoreFleet', half)),
  ]);
}

async function killSoon(world: World, random: Random): Promise<void> {
  await delay(KILLED_AFTER_MS + random.below(KILLED_WITHIN_MS - KILLED_AFTER_MS));
  await world.kill();
}

async function stop({ world, devices, recorder }: Cast): Promise<number | null> {
  const code = await world.stop();
  for (const device of devices) device.disconnect();
  recorder.disconnect();
  return code;
}

/** Devices that AWS IoT still lets in connect first: what is pending has to drop those that are out of service. */
async function comeToRest({ world, devices, operators, recorder }: Cast): Promise<number> {
  await recorder.connect(world);
  await Promise.all(devices.map((device) => device.connect()));
  return settle(world, operators);
}

const errorsOf = ({ printed }: World): string =>
  (printed.match(/^error: (?!.*the broker is closing).*/gm) ?? []).join('\n');

async function nowOf({ stack }: World): Promise<number> {
  const { now } = (await (await fetch(`${stack.awsEndpointUrl}/_local/clock`)).json()) as { now: string };
  return Date.parse(now);
}

/** What is delivered late may still come: the last look counts. */
async function examine(cast: Cast, dataDirectory: string): Promise<Report> {
  const delivered: DeliveredEvent[] = [];
  const look = async () => {
    delivered.push(...(await takeEvents(cast.world)));
    return lookOnce(cast, { delivered, logDirectory: join(dataDirectory, 'logs') });
  };
  return until(look, ({ problems }) => problems.length === 0, LATE_MS);
}

interface Seen {
  readonly delivered: readonly DeliveredEvent[];
  readonly logDirectory: string;
}

async function lookOnce(cast: Cast, { delivered, logDirectory }: Seen): Promise<Report> {
  const { world, devices, operators, recorder } = cast;
  const messages = devices.flatMap((device) => device.messages);
  const outcome = await readOutcome(
    world,
    devices.map(({ deviceId }) => deviceId),
  );
  checkTables(outcome, { messages, operators, nowEpochMs: await nowOf(world) });
  const factory: Factory = createFactory(world.stack);
  const ofAccess = await problemsOfAccess(outcome, devices, factory);
  factory.close();
  const ends = await operators.ends();
  const strange = strangeEnds(ends).map(
    ({ machine, name, status, error }) => `${machine} ${name}: ${status} ${error}`,
  );
  const logged = await answersLogged(logDirectory);
  const acknowledged = messages.filter(({ isAcknowledged }) => isAcknowledged);
  const unanswered = acknowledged
    .map(({ deviceId, requestId }) => `${deviceId} ${requestId}`)
    .filter((key) => !logged.has(key) && !recorder.answers.has(key))
    .map((key) => `nobody has answered ${key}`);
  const seen: Record<string, number> = { acknowledged: acknowledged.length, executions: ends.length };
  for (const { kind } of outcome.histories.flatMap<LifeEvent>(({ events }) => events)) {
    seen[kind] = (seen[kind] ?? 0) + 1;
  }
  return {
    problems: [...ofAccess, ...problemsOfEvents(outcome, delivered), ...strange, ...unanswered],
    seen,
  };
}
