import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';

/** Where a command reads and writes. Results go to `out`, everything else to `error`. */
export interface Terminal {
  /** Lines to stdout. */
  out(text: string): void;
  /** Lines to stderr. */
  error(text: string): void;
  /** A line on stderr that the next one replaces; nothing where nobody watches. */
  status(text: string): void;
  /** Of stdout; absent when it is not a terminal. */
  readonly columns?: number;
  /** Whether somebody can be asked. */
  readonly isInteractive: boolean;
  /** Asks until it is answered; `true` for `y` and `yes` alone. */
  confirm(question: string, signal: AbortSignal): Promise<boolean>;
}

const CLEAR_LINE = '\r\u001b[K';

export function createTerminal({
  stdin,
  stdout,
  stderr,
}: Pick<NodeJS.Process, 'stdin' | 'stdout' | 'stderr'>): Terminal {
  let hasStatus = false;
  const clear = () => {
    if (hasStatus) stderr.write(CLEAR_LINE);
    hasStatus = false;
  };
  return {
    out(text) {
      clear();
      stdout.write(`${text}\n`);
    },
    error(text) {
      clear();
      stderr.write(`${text}\n`);
    },
    status(text) {
      if (!stderr.isTTY) return;
      stderr.write(`${CLEAR_LINE}${text}`);
      hasStatus = true;
    },
    ...(stdout.isTTY && { columns: stdout.columns }),
    isInteractive: stdin.isTTY && stderr.isTTY,
    async confirm(question, signal) {
      clear();
      const prompt = createInterface({ input: stdin, output: stderr });
      try {
        // The end of the input closes the prompt, and leaves the question open.
        const closed = once(prompt, 'close').then(() => '');
        const answer = await Promise.race([prompt.question(`${question} [y/N] `, { signal }), closed]);
        return /^y(es)?$/i.test(answer.trim());
      } catch (error) {
        if (Object(error).name === 'AbortError') return false; // Ctrl-C
        throw error;
      } finally {
        prompt.close();
      }
    },
  };
}
