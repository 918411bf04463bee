import type { Command } from '../../command.ts';

export const showCommand: Command = {
  path: ['dead-letters', 'show'],
  summary: "Shows a dead letter with the device's original payload, and what redrive would do with it.",
  positionals: 'ID',
  options: {},
  examples: [
    ['npx devicectl dead-letters show 5a2f1f3c-… --local', 'one, by its message id from the list'],
    ['npx devicectl dead-letters show 5a2f1f3c-… --json', 'the same for a script, with the whole message'],
  ],
  async run(context) {
    const { showLetter } = await import('../../dead-letters/show-letter.ts');
    const { withDeadLetters } = await import('@device-lifecycle/operator/dead-letters/with-dead-letters.ts');
    return withDeadLetters(context, (queue, { stack }) => showLetter(context, stack, queue));
  },
};
