import { UsageError } from '@device-lifecycle/operator/errors.ts';
import type { CommandContext, OptionDefinitions } from './command.ts';

const CONFIRM_ABOVE_DEVICES = 100;
const CONFIRM_ABOVE_VARIABLE = 'DEVICECTL_CONFIRM_ABOVE';

/** Of every command that takes something from devices. */
export const CONFIRM_OPTIONS: OptionDefinitions = {
  yes: { type: 'boolean', description: 'do not ask' },
  'confirm-above': {
    type: 'string',
    value: 'N',
    description: `have the number typed for more devices than this (${CONFIRM_ABOVE_DEVICES}, or ${CONFIRM_ABOVE_VARIABLE})`,
  },
};

interface Undertaking {
  /** Of this form: `Decommission dev-1 of device-lifecycle-dev in eu-west-1`. */
  readonly what: string;
  /** Devices. */
  readonly count: number;
}

type Asker = Pick<CommandContext, 'values' | 'terminal' | 'signal'>;

/**
 * Whether the operator means it: asks, unless `--yes` stands on the command line. For many devices their number has to
 * be typed, since "y" is typed too easily.
 * @throws UsageError when nobody can be asked
 */
export async function confirm(
  { values, terminal, signal }: Asker,
  { what, count }: Undertaking,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<boolean> {
  const threshold = values.number('confirm-above', { isWhole: true }) ?? thresholdOf(environment);
  if (values.flag('yes')) return true;
  if (!terminal.isInteractive) {
    throw new UsageError(`Nobody can be asked whether this is meant (${what}): add --yes.`);
  }
  if (count <= threshold) return terminal.confirm(`${what}?`, signal);
  const answer = await terminal.ask(`${what}? Type the number of devices to go on:`, signal);
  // As people write it: 1,000,000 and 1 000 000 are numbers too.
  const isMeant = answer?.replaceAll(/[\s,.'_]/g, '') === String(count);
  if (answer !== undefined && !isMeant) terminal.error(`That is not ${count}.`);
  return isMeant;
}

function thresholdOf(environment: Readonly<Record<string, string | undefined>>): number {
  const text = environment[CONFIRM_ABOVE_VARIABLE];
  if (text === undefined || text.trim() === '') return CONFIRM_ABOVE_DEVICES;
  const threshold = Number(text);
  if (Number.isSafeInteger(threshold) && threshold > 0) return threshold;
  throw new UsageError(
    `${CONFIRM_ABOVE_VARIABLE} is "${text}", which is not a whole number above zero: set one such as ${CONFIRM_ABOVE_DEVICES}.`,
  );
}
