import { parseArgs } from 'node:util';

export interface FleetBenchOptions {
  /** Sizes of the fleets whose time and memory are compared. */
  readonly sizes: readonly number[];
  /** Devices that are moved either way when rates are compared. */
  readonly rateDevices: number;
  /** Before anything counts. */
  readonly warmUpDevices: number;
  /** Of what is random in it: when the runtime is killed. */
  readonly seed: number;
  readonly kills: number;
  readonly killDevices: number;
  readonly costDevices: number;
  /** Fewer, since AWS IoT's quotas make them slow. */
  readonly afterlifeDevices: number;
}

const DEFAULTS = {
  devices: '10000,30000,100000',
  'rate-devices': '100000',
  'warm-up-devices': '2000',
  kills: '3',
  'kill-devices': '5000',
  'cost-devices': '10000',
  'afterlife-devices': '400',
} as const;

/** That everything works shows with these. */
const QUICK: Readonly<Record<keyof typeof DEFAULTS, string>> = {
  devices: '300,600,900',
  'rate-devices': '800',
  'warm-up-devices': '100',
  kills: '1',
  'kill-devices': '400',
  'cost-devices': '300',
  'afterlife-devices': '10',
};

export const USAGE = `npm run bench -- fleet [options]; fleet-rate, fleet-scale, fleet-kill, fleet-cost have one part each

  --devices N[,N]      of scale: sizes of the fleets whose time and memory are compared (default ${DEFAULTS.devices});
                       a million take half an hour
  --rate-devices N     of rate: devices that are moved either way (default ${DEFAULTS['rate-devices']})
  --warm-up-devices N  of rate: before that (default ${DEFAULTS['warm-up-devices']})
  --kills N            of kill: how often the runtime is killed (default ${DEFAULTS.kills})
  --kill-devices N     of kill: devices of the fleets during which it is (default ${DEFAULTS['kill-devices']})
  --seed N             of kill: when it is killed (default: the time)
  --cost-devices N     of cost: devices whose calls are counted (default ${DEFAULTS['cost-devices']})
  --afterlife-devices N  of cost: devices with certificates whose calls are counted to their end (default ${DEFAULTS['afterlife-devices']})`;

const numberOf = (option: string, text: string): number => {
  if (!/^[1-9]\d*$/.test(text))
    throw new Error(`--${option} ${text} is not a number of devices or times: give one.`);
  return Number(text);
};

/** Throws with one sentence for what cannot be used. */
export function parseOptions(args: readonly string[]): FleetBenchOptions {
  const text = { type: 'string' } as const;
  const { quick, ...given } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      devices: text,
      'rate-devices': text,
      'warm-up-devices': text,
      kills: text,
      'kill-devices': text,
      'cost-devices': text,
      'afterlife-devices': text,
      seed: { ...text, default: String(Date.now() % 1_000_000) },
    },
  }).values;
  const values = { ...(quick ? QUICK : DEFAULTS), ...given };
  return {
    sizes: values.devices.split(',').map((size) => numberOf('devices', size)),
    rateDevices: numberOf('rate-devices', values['rate-devices']),
    warmUpDevices: numberOf('warm-up-devices', values['warm-up-devices']),
    seed: numberOf('seed', values.seed),
    kills: numberOf('kills', values.kills),
    killDevices: numberOf('kill-devices', values['kill-devices']),
    costDevices: numberOf('cost-devices', values['cost-devices']),
    afterlifeDevices: numberOf('afterlife-devices', values['afterlife-devices']),
  };
}
