import { systemClock } from '@device-lifecycle/operator/clock.ts';
import { CliError, EXIT } from '@device-lifecycle/operator/errors.ts';
import { explain } from '@device-lifecycle/operator/explain.ts';
import { findStack, type Stack } from '@device-lifecycle/operator/stack.ts';
import { commands } from './commands/commands.ts';
import { parseCommandLine } from './parse.ts';
import { createTerminal, type Terminal } from './terminal.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

interface Surroundings {
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  /** Hears of the stack that the command is about. */
  onStack(stack: Stack): void;
}

async function run(args: readonly string[], { terminal, signal, onStack }: Surroundings): Promise<number> {
  const parsed = parseCommandLine(args, commands, terminal.columns);
  if ('help' in parsed) {
    terminal.out(parsed.help);
    return args.length === 0 ? EXIT.usage : EXIT.done;
  }
  const { command, values, positionals } = parsed;
  return command.run({
    values,
    positionals,
    terminal,
    clock: systemClock,
    signal,
    async connect() {
      const stack = await findStack(values);
      onStack(stack);
      return stack;
    },
  });
}

/** Runs a command line and resolves to the exit code. Ctrl-C ends it after the step at hand, a second one at once. */
export async function main(args: readonly string[]): Promise<number> {
  const terminal = createTerminal(process);
  const interrupted = new AbortController();
  let stack: Stack | undefined;
  const interrupt = () => interrupted.abort();
  // Not `once`: with a listener less, libraries that tidy up the terminal take it that they are to end the process.
  const end = () => (interrupted.signal.aborted ? process.exit(EXIT.interrupted) : interrupt());
  for (const name of SIGNALS) process.on(name, end);
  // Whoever reads has read enough, as `head` does.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') interrupt();
      else throw error;
    });
  }
  try {
    return await run(args, {
      terminal,
      signal: interrupted.signal,
      onStack: (found) => {
        stack = found;
      },
    });
  } catch (error) {
    terminal.error(`devicectl: ${explain(error, stack)}`);
    return error instanceof CliError ? error.exitCode : EXIT.failed;
  } finally {
    for (const name of SIGNALS) process.off(name, end);
  }
}
