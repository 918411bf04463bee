import { USAGE } from './fleet/options.ts';

export interface Benchmark {
  readonly name: string;
  /** What it measures against what, in some words. */
  readonly what: string;
  /** How long it takes on two cores that have nothing else to do; several times as long is too long. */
  readonly minutes: number;
  /** Its own options. */
  readonly usage?: string;
  /** Measures, prints on the way, and keeps the result; `--quick` among the arguments means that it shall just work. */
  readonly run: (args: readonly string[]) => Promise<void>;
}

const OVERLOAD_USAGE = `npm run bench -- overload [options]

  --seed N         of the choice of requests (default 1)
  --maximum N      requests a second that the stack takes, and it is not measured
  --async-queue N  as of npm start: events that wait for a function at the most (default 10000)
  --data           a stack on disk, in place of one in memory`;

/** In the order in which they run. */
export const benchmarks: readonly Benchmark[] = [
  {
    name: 'runtime',
    what: 'how long the laptop runtime takes to start, and its memory',
    minutes: 1,
    run: async (args) => (await import('./runtime.ts')).measureRuntime(args),
  },
  {
    name: 'cold',
    what: 'how long functions take to load, against other ways to package them',
    minutes: 4,
    run: async (args) => (await import('./cold.ts')).measureLoads(args),
  },
  {
    name: 'move',
    what: 'devices out of service, by the command and by the whole way, against the bare transactions',
    minutes: 4,
    run: async (args) => (await import('./move-rates.ts')).measureMoves(args),
  },
  {
    name: 'mqtt-heartbeats',
    what: 'heartbeats of a thousand devices: whether one is lost, and how many a second are kept up with',
    minutes: 4,
    run: async (args) => (await import('./mqtt/heartbeats.ts')).measureHeartbeats(args),
  },
  {
    name: 'fleet-rate',
    what: 'fleets against bare transactions',
    minutes: 14,
    usage: USAGE,
    run: async (args) => (await import('./fleet/rate.ts')).measureRate(args),
  },
  {
    name: 'fleet-scale',
    what: 'time and memory of fleets of several sizes',
    minutes: 6,
    usage: USAGE,
    run: async (args) => (await import('./fleet/scale.ts')).measureScale(args),
  },
  {
    name: 'fleet-kill',
    what: 'fleets whose runtime is killed in their midst: whether a device is lost or moved twice',
    minutes: 3,
    usage: USAGE,
    run: async (args) => (await import('./fleet/kill.ts')).measureKills(args),
  },
  {
    name: 'fleet-cost',
    what: 'what a million devices would cost, from counted calls',
    minutes: 4,
    usage: USAGE,
    run: async (args) => (await import('./fleet/cost.ts')).measureCost(args),
  },
  {
    name: 'console',
    what: 'the console in a browser: until it is painted, until it shows what happens, and its size',
    minutes: 4,
    run: async (args) => (await import('./console/main.ts')).measureConsole(args),
  },
  {
    name: 'overload',
    what: 'three times what the stack takes: whether it sheds with clear answers, and recovers',
    minutes: 12,
    usage: OVERLOAD_USAGE,
    run: async (args) => (await import('./overload.ts')).measureOverload(args),
  },
];
