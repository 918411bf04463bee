import { parseArgs } from 'node:util';

export const SECTIONS = ['rate', 'scale', 'kill', 'cost'] as const;
export type Section = (typeof SECTIONS)[number];

export const FOLLOWERS = ['on', 'off', 'both'] as const;
export type Followers = (typeof FOLLOWERS)[number];

export interface FleetBenchOptions {
  readonly sections: readonly Section[];
  /** Sizes of the fleets whose time and memory are compared. */
  readonly sizes: readonly number[];
  /** Devices that are moved either way when rates are compared. */
  readonly rateDevices: number;
  /** With what follows the moves running beside, without it, or both in turn. */
  readonly followers: Followers;
  /** Of what is random in it: when the runtime is killed. */
  readonly seed: number;
  readonly kills: number;
  readonly killDevices: number;
  readonly costDevices: number;
  /** Fewer, since AWS IoT's quotas make them slow. */
  readonly afterlifeDevices: number;
}

export const USAGE = `npm run bench -- fleet [options]

  --only SECTIONS      of ${SECTIONS.join(', ')}: those alone, apart by commas
  --devices N[,N]      sizes of the fleets whose time and memory are compared (default 10000,30000,100000); a million take
                       half an hour
  --rate-devices N     devices that are moved either way when rates are compared (default 100000)
  --followers WHICH    then what follows a move runs beside both: ${FOLLOWERS.join(', ')} (default both, one after the other)
  --kills N            how often the runtime is killed (default 3)
  --kill-devices N     devices of the fleets during which it is (default 5000)
  --cost-devices N     devices whose calls are counted (default 10000)
  --afterlife-devices N  devices with certificates whose calls are counted to their end (default 400)
  --seed N             when it is killed (default: the time)`;

const numberOf = (option: string, text: string): number => {
  if (!/^[1-9]\d*$/.test(text))
    throw new Error(`--${option} ${text} is not a number of devices or times: give one.`);
  return Number(text);
};

function followersOf(text: string): Followers {
  const followers = FOLLOWERS.find((known) => known === text);
  if (followers === undefined) throw new Error(`--followers ${text}: there are ${FOLLOWERS.join(', ')}.`);
  return followers;
}

function sectionsOf(text: string): Section[] {
  return text.split(',').map((name) => {
    const section = SECTIONS.find((known) => known === name);
    if (section === undefined) throw new Error(`--only ${name}: there are ${SECTIONS.join(', ')}.`);
    return section;
  });
}

/** Throws with one sentence for what cannot be used. */
export function parseOptions(args: readonly string[]): FleetBenchOptions {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { ...text, default: SECTIONS.join(',') },
      devices: { ...text, default: '10000,30000,100000' },
      followers: { ...text, default: 'both' },
      'rate-devices': { ...text, default: '100000' },
      kills: { ...text, default: '3' },
      'kill-devices': { ...text, default: '5000' },
      'cost-devices': { ...text, default: '10000' },
      'afterlife-devices': { ...text, default: '400' },
      seed: { ...text, default: String(Date.now() % 1_000_000) },
    },
  });
  return {
    sections: sectionsOf(values.only),
    sizes: values.devices.split(',').map((size) => numberOf('devices', size)),
    followers: followersOf(values.followers),
    rateDevices: numberOf('rate-devices', values['rate-devices']),
    seed: numberOf('seed', values.seed),
    kills: numberOf('kills', values.kills),
    killDevices: numberOf('kill-devices', values['kill-devices']),
    costDevices: numberOf('cost-devices', values['cost-devices']),
    afterlifeDevices: numberOf('afterlife-devices', values['afterlife-devices']),
  };
}
