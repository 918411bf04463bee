import type { Clock } from '../../../cli/clock.ts';
import { CliError } from '../../../cli/errors.ts';
import type { Stack } from '../../../cli/stack.ts';

/**
 * What time it is for the stack, in epoch milliseconds: on the laptop that of the runtime, which can have been moved
 * ahead. @throws CliError where the runtime does not tell
 */
export async function stackTime(
  { clientConfig }: Pick<Stack, 'clientConfig'>,
  clock: Clock,
): Promise<number> {
  const { endpoint } = clientConfig;
  if (endpoint === undefined) return clock.now();
  const url = new URL('/_local/clock', endpoint);
  try {
    const { now } = (await (await fetch(url)).json()) as { readonly now: string };
    return Date.parse(now);
  } catch (error) {
    const cause = Object(error).cause ?? error;
    throw new CliError(`The runtime does not tell the time at ${url}: see whether "npm start" still runs.`, {
      cause,
    });
  }
}
