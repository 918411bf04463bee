import type { Clock } from '@device-lifecycle/operator/clock.ts';
import type { Connection } from '@device-lifecycle/operator/stack.ts';
import type { Values } from '@device-lifecycle/operator/values.ts';
import type { Terminal } from './terminal.ts';

/** What completion offers for a value: the names of files, or these words. */
export type Completes = 'files' | readonly string[];

/** An option as help, parser and completion know it. */
export interface OptionDefinition {
  readonly type: 'string' | 'boolean';
  /** How help names its value: `NAME`. */
  readonly value?: string;
  readonly description: string;
  /** May be given several times: `Values.texts` reads it. */
  readonly multiple?: boolean;
  /** All values that it takes; the command line with any other is refused. */
  readonly choices?: readonly string[];
  /** What completion offers, beside the choices. */
  readonly completes?: Completes;
}

export type OptionDefinitions = Readonly<Record<string, OptionDefinition>>;

/** What a command runs with. */
export interface CommandContext extends Connection {
  readonly values: Values;
  readonly positionals: readonly string[];
  readonly terminal: Terminal;
  readonly clock: Clock;
  /** Aborted by Ctrl-C: end after the step at hand, and leave everything as it should be. */
  readonly signal: AbortSignal;
}

/**
 * One thing that an operator can do; a file each under commands/. All of those files are loaded whatever is typed, so
 * that they import what calls AWS, and other packages, within `run` alone: those take longer to load than all the rest.
 */
export interface Command {
  /** As it is typed: `['dead-letters', 'list']`. */
  readonly path: readonly string[];
  /** One line. */
  readonly summary: string;
  /** How help names what follows the options: `[ID …]`; without one, nothing may follow. */
  readonly positionals?: string;
  /** What completion offers for those. */
  readonly completes?: Completes;
  readonly options: OptionDefinitions;
  /** Command lines with what they do. */
  readonly examples: readonly (readonly [line: string, does: string])[];
  /** Resolves to the exit code: see `EXIT`. */
  run(context: CommandContext): Promise<number>;
}
