import { EXIT, UsageError } from '@device-lifecycle/operator/errors.ts';
import type { Command } from '../command.ts';
import { bashScript, zshScript } from '../completion/script.ts';
import { completedPaths } from '../completion/words.ts';

const SCRIPTS = { bash: bashScript, zsh: zshScript } as const;

const isShell = (shell: string | undefined): shell is keyof typeof SCRIPTS =>
  shell !== undefined && Object.hasOwn(SCRIPTS, shell);

/** `commands`: all, this one among them. */
export const createCompletionCommand = (commands: () => readonly Command[]): Command => ({
  path: ['completion'],
  summary: 'Prints a script that has your shell complete commands, options and their values.',
  positionals: 'bash|zsh',
  completes: Object.keys(SCRIPTS),
  options: {},
  examples: [
    ['npx devicectl completion bash >> ~/.bash_completion', 'for bash, from the next shell on'],
    ['npx devicectl completion zsh > ~/.devicectl.zsh', 'for zsh: source that file in ~/.zshrc'],
  ],
  async run({ positionals: [shell, ...others], terminal }) {
    if (!isShell(shell) || others.length > 0) {
      throw new UsageError('Give one shell: "devicectl completion bash" or "devicectl completion zsh".');
    }
    terminal.out(SCRIPTS[shell](completedPaths(commands())).trimEnd());
    return EXIT.done;
  },
});
