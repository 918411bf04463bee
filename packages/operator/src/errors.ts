/** What a script can branch on. A contract: see docs/operations.md. */
export const EXIT = {
  done: 0,
  /** Nothing was done: no access, no stack, no answer. */
  failed: 1,
  /** The command line is wrong. */
  usage: 2,
  /** What was asked for by its id is not there. */
  notFound: 3,
  /** Some of it was done, or none, and the output says which and why. */
  partly: 4,
  /** Ctrl-C, as shells have it; what was started goes on, unless it says otherwise. */
  interrupted: 130,
} as const;

/** Ends the command. The message is one sentence that says what to do. */
export class CliError extends Error {
  override readonly name: string = 'CliError';
  readonly exitCode: number;

  constructor(message: string, { exitCode = EXIT.failed, ...options }: ErrorOptions & ExitCode = {}) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

interface ExitCode {
  readonly exitCode?: number;
}

/** The command line cannot be understood. */
export class UsageError extends CliError {
  override readonly name = 'UsageError';

  constructor(message: string) {
    super(message, { exitCode: EXIT.usage });
  }
}

/** What every command works on is not there. */
export class NoStackError extends CliError {
  override readonly name = 'NoStackError';
}

/** Ctrl-C, after which nothing goes on by itself. `what`: came of it. */
export class Interrupted extends CliError {
  override readonly name = 'Interrupted';

  constructor(what: string) {
    super(`Interrupted: ${what}.`, { exitCode: EXIT.interrupted });
  }
}

/** Before something is begun. @throws Interrupted */
export function assertNotInterrupted({ aborted }: AbortSignal): void {
  if (aborted) throw new Interrupted('nothing was started');
}

/** It is this letter alone that cannot be sent, whatever is mended: the others may well be. */
export class RefusedLetter extends CliError {
  override readonly name = 'RefusedLetter';
}
