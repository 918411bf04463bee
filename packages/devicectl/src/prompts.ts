import type { Key } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

interface PromptPlace {
  readonly input: Readable;
  readonly output: Writable;
  /** Ends the question. */
  readonly signal: AbortSignal;
}

/** What Inquirer throws when the operator gives no answer: Ctrl-C at the prompt, or the signal. */
const NO_ANSWER = ['ExitPromptError', 'AbortPromptError'];

/** Asks for yes or no, until it is one of them; Enter alone is no. Without an answer it is no as well. */
export async function promptYes(message: string, place: PromptPlace): Promise<boolean> {
  const { default: confirm } = await import('@inquirer/confirm');
  return (await answered((context) => confirm({ message, default: false }, context), place)) ?? false;
}

/** Asks for a line; nothing without an answer. */
export async function promptLine(message: string, place: PromptPlace): Promise<string | undefined> {
  const { default: input } = await import('@inquirer/input');
  return answered((context) => input({ message }, context), place);
}

async function answered<T>(
  prompt: (context: PromptPlace) => Promise<T>,
  { input, output, signal }: PromptPlace,
): Promise<T | undefined> {
  // At the end of the input, Inquirer would wait for ever.
  const ended = new AbortController();
  const end = () => ended.abort();
  // On a terminal, which goes on, it is a key.
  const endByKey = (_: unknown, { ctrl, name }: Key) => {
    if (ctrl === true && name === 'd') end();
  };
  input.once('end', end).on('keypress', endByKey);
  try {
    return await prompt({ input, output, signal: AbortSignal.any([signal, ended.signal]) });
  } catch (error) {
    if (NO_ANSWER.includes(Object(error).name)) return undefined;
    throw error;
  } finally {
    input.off('end', end).off('keypress', endByKey);
  }
}
