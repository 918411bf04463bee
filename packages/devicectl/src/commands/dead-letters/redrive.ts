import type { Command } from '../../command.ts';
import { SELECTION_OPTIONS } from '../../dead-letters/options.ts';

export const redriveCommand: Command = {
  path: ['dead-letters', 'redrive'],
  summary:
    'Sends dead letters again, the oldest first; each leaves the queue once its target has accepted it.',
  positionals: '[ID …]',
  options: {
    ...SELECTION_OPTIONS,
    rate: { type: 'string', value: 'N', description: 'letters a second (10)' },
    'dry-run': { type: 'boolean', description: 'says what would be sent, and sends nothing' },
  },
  examples: [
    ['npx devicectl dead-letters redrive 5a2f1f3c-…', 'one, by its message id from the list'],
    ['npx devicectl dead-letters redrive --all --dry-run', 'what would be sent'],
    [
      'npx devicectl dead-letters redrive --all --function register-device --rate 2',
      'all of one function, slowly',
    ],
  ],
  async run(context) {
    const { redriveLetters } = await import('../../dead-letters/redrive-letters.ts');
    const { withDeadLetters } = await import('@device-lifecycle/operator/dead-letters/with-dead-letters.ts');
    return withDeadLetters(context, (queue, tools) => redriveLetters(context, queue, tools));
  },
};
