/** Tests of `npm test` that take numbers from the environment, with those of an hour. */
export interface SoakTest {
  /** By which `npm run test:soak -- NAME` asks for it alone. */
  readonly name: string;
  readonly what: string;
  /** Paths, or beginnings of them. */
  readonly files: readonly string[];
  /** What is set already stays as it is. */
  readonly environment: Readonly<Record<string, string>>;
}

/** In the order in which they run. */
export const soakTests: readonly SoakTest[] = [
  {
    name: 'model',
    what: "a million commands against the model of a device's life",
    files: ['tests/properties/lifecycle-model'],
    environment: { MODEL_COMMANDS: '1000000' },
  },
  {
    name: 'histories',
    what: 'five thousand rounds whose answers have to be those of one thing after the other',
    files: ['tests/properties/history/history', 'tests/properties/lifecycle-concurrency'],
    environment: { HISTORY_ROUNDS: '5000', CONCURRENCY_ROUNDS: '200' },
  },
  {
    name: 'fleets',
    what: 'ten thousand devices that expire in the same second, or are turned off at a quota',
    files: ['tests/properties/purge-fleet', 'tests/properties/credentials-fleet'],
    environment: { FLEET_DEVICES: '10000' },
  },
  {
    name: 'crash-matrix',
    what: 'both sides of every effect, and all pairs of ends',
    files: ['tests/properties/crash-matrix'],
    environment: { CRASH_SAMPLE: 'all' },
  },
  {
    name: 'fuzz',
    what: 'ten times as much malice and nonsense at every entry',
    files: ['tests/fuzz', 'packages/local/tests/fuzz', 'packages/devicectl/tests/fuzz'],
    environment: { FUZZ_SCALE: '10' },
  },
  {
    name: 'campaign',
    what: 'sixty bad days of a whole stack: faults, a kill and a restart, and then all has to be well',
    files: ['tests/integration/campaign'],
    environment: { FAULT_ROUNDS: '60' },
  },
];
