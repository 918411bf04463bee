import { systemClock } from './clock.ts';
import { commands } from './commands/commands.ts';
import { CliError, EXIT } from './errors.ts';
import { explain } from './explain.ts';
import { parseCommandLine } from './parse.ts';
import { findStack } from './stack.ts';
import { createTerminal, type Terminal } from './terminal.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
/** As shells have it for what Ctrl-C has ended at once. */
const INTERRUPTED = 130;

async function run(args: readonly string[], terminal: Terminal, signal: AbortSignal): Promise<number> {
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
    connect: () => findStack(values),
  });
}

/** Runs a command line and resolves to the exit code. Ctrl-C ends it after the step at hand, a second one at once. */
export async function main(args: readonly string[]): Promise<number> {
  const terminal = createTerminal(process);
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort();
  // Not `once`: with a listener less, libraries that tidy up the terminal take it that they are to end the process.
  const end = () => (interrupted.signal.aborted ? process.exit(INTERRUPTED) : interrupt());
  for (const name of SIGNALS) process.on(name, end);
  // Whoever reads has read enough, as `head` does.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') interrupt();
    else throw error;
  });
  try {
    return await run(args, terminal, interrupted.signal);
  } catch (error) {
    terminal.error(`devicectl: ${explain(error)}`);
    return error instanceof CliError ? error.exitCode : EXIT.failed;
  } finally {
    for (const name of SIGNALS) process.off(name, end);
  }
}
