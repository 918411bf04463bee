import { systemClock } from './clock.ts';
import { commands } from './commands/commands.ts';
import { CliError, EXIT } from './errors.ts';
import { explain } from './explain.ts';
import { helpOn } from './help.ts';
import { helpRequest, parseCommandLine } from './parse.ts';
import { findStack } from './stack.ts';
import { createTerminal, type Terminal } from './terminal.ts';

async function run(args: readonly string[], terminal: Terminal, signal: AbortSignal): Promise<number> {
  const topic = helpRequest(args, commands);
  if (topic !== undefined) {
    terminal.out(helpOn(topic));
    return args.length === 0 ? EXIT.usage : EXIT.done;
  }
  const { command, values, positionals } = parseCommandLine(args, commands);
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
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, interrupt);
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
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, interrupt);
  }
}
