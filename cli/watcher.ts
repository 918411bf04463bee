import type { CommandContext } from './command.ts';
import type { Terminal } from './terminal.ts';

/** Who waits for what takes a while: a command at a terminal, or a server, which shows progress in its own way. */
export interface Watcher extends Pick<CommandContext, 'clock' | 'signal'> {
  readonly terminal: Pick<Terminal, 'progress'>;
}
