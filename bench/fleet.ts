import { measureCost } from './fleet/cost.ts';
import { measureKills } from './fleet/kill.ts';
import { parseOptions, type Section, USAGE } from './fleet/options.ts';
import { measureRate } from './fleet/rate.ts';
import { measureScale } from './fleet/scale.ts';

/** What fleets cost, in time, memory and money, and that none of their devices is lost when the runtime is killed. */
export async function run(args: readonly string[] = []): Promise<void> {
  if (args.includes('--help')) return console.log(USAGE);
  const options = parseOptions(args);
  const sections: Readonly<Record<Section, () => Promise<void>>> = {
    rate: () => measureRate(options.rateDevices, options.followers),
    scale: () => measureScale(options.sizes),
    kill: () => measureKills(options),
    cost: () => measureCost(options.costDevices, options.afterlifeDevices),
  };
  for (const section of options.sections) await sections[section]();
}
