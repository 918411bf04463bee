import { printable } from '@device-lifecycle/operator/output/printable.ts';
import type { ProgressBar } from '@device-lifecycle/operator/watcher.ts';
import { startProgress } from './progress.ts';
import { promptLine, promptYes } from './prompts.ts';

/**
 * Where a command reads and writes. Results go to `out`, everything else to `error`. Whatever is said may hold what comes
 * from devices, files and services: it is made safe for terminals here, once and for all. JSON stays what it is.
 */
export interface Terminal {
  /** Lines to stdout. */
  out(text: string): void;
  /** Lines to stderr. */
  error(text: string): void;
  /** A line on stderr that the next one replaces; nothing where nobody watches. */
  status(text: string): void;
  /** Progress on stderr, until it is stopped; a line every few seconds where nobody watches. */
  progress(title: string): ProgressBar;
  /** Of stdout; absent when it is not a terminal. */
  readonly columns?: number;
  /** Whether somebody can be asked. */
  readonly isInteractive: boolean;
  /** Asks until it is answered; `false` after Ctrl-C, and at the end of the input. */
  confirm(question: string, signal: AbortSignal): Promise<boolean>;
  /** Asks for a line; nothing after Ctrl-C, and at the end of the input. */
  ask(question: string, signal: AbortSignal): Promise<string | undefined>;
}

const CLEAR_LINE = '\r\u001b[K';

type Surroundings = Pick<NodeJS.Process, 'stdin' | 'stdout' | 'stderr' | 'env'>;

/** Colour and what moves are for people who want them: https://no-color.org. */
const isPlain = ({ stderr, env }: Surroundings): boolean =>
  !hasWidth(stderr) || (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';

/** A terminal that nobody has given a size, as programs make them, is 0 columns wide: ora would clear lines for ever. */
const hasWidth = ({ isTTY, columns }: NodeJS.WriteStream): boolean => isTTY && columns > 0;

export function createTerminal(surroundings: Surroundings): Terminal {
  const { stdin, stdout, stderr } = surroundings;
  const isAnimated = !isPlain(surroundings);
  let hasStatus = false;
  const clear = () => {
    if (hasStatus) stderr.write(CLEAR_LINE);
    hasStatus = false;
  };
  const line = (text: string) => {
    clear();
    stderr.write(`${printable(text)}\n`);
  };
  return {
    out(text) {
      clear();
      stdout.write(`${printable(text)}\n`);
    },
    error: line,
    status(text) {
      if (!isAnimated) return;
      stderr.write(`${CLEAR_LINE}${printable(text)}`);
      hasStatus = true;
    },
    progress(title) {
      clear();
      return startProgress(printable(title), { stderr, isAnimated, now: Date.now, line });
    },
    ...(hasWidth(stdout) && { columns: stdout.columns }),
    isInteractive: stdin.isTTY && stderr.isTTY,
    confirm(question, signal) {
      clear();
      return promptYes(printable(question), { input: stdin, output: stderr, signal });
    },
    ask(question, signal) {
      clear();
      return promptLine(printable(question), { input: stdin, output: stderr, signal });
    },
  };
}
