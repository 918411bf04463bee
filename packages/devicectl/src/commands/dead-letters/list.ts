import type { Command } from '../../command.ts';
import { FILTER_OPTIONS } from '../../dead-letters/options.ts';

export const listCommand: Command = {
  path: ['dead-letters', 'list'],
  summary: 'Lists the dead letters, the oldest first, with their reason.',
  options: FILTER_OPTIONS,
  examples: [
    ['npx devicectl dead-letters list --local', 'those on this machine'],
    ['npx devicectl dead-letters list --stage prod --function register-device', 'those of one function'],
    ['npx devicectl dead-letters list --error Throttled --json', 'those of one error, for a script'],
  ],
  async run(context) {
    const { listLetters } = await import('../../dead-letters/list-letters.ts');
    const { withDeadLetters } = await import('@device-lifecycle/operator/dead-letters/with-dead-letters.ts');
    return withDeadLetters(context, (queue, { stack }) => listLetters(context, stack, queue));
  },
};
