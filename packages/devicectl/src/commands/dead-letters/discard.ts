import type { Command } from '../../command.ts';
import { SELECTION_OPTIONS } from '../../dead-letters/options.ts';

export const discardCommand: Command = {
  path: ['dead-letters', 'discard'],
  summary: 'Deletes dead letters, once it is written down what was discarded, why and by whom.',
  positionals: '[ID …]',
  options: {
    reason: { type: 'string', value: 'TEXT', description: 'why they are not needed; has to be given' },
    ...SELECTION_OPTIONS,
    to: {
      type: 'string',
      value: 'FILE',
      description: "append it to this file, as lines of JSON, and not to the stack's log group",
    },
    yes: { type: 'boolean', description: 'do not ask before --all' },
  },
  examples: [
    ['npx devicectl dead-letters discard 5a2f1f3c-… --reason "test device"', 'one, by its message id'],
    [
      'npx devicectl dead-letters discard --all --function record-heartbeat --reason "newer ones have come" --yes',
      'all heartbeats, without asking',
    ],
  ],
  async run(context) {
    const { discardLetters } = await import('../../dead-letters/discard-letters.ts');
    const { withDeadLetters } = await import('@device-lifecycle/operator/dead-letters/with-dead-letters.ts');
    return withDeadLetters(context, (queue, tools) => discardLetters(context, queue, tools));
  },
};
