import type { HeldLetter } from './scan.ts';
import { targetOf } from './target.ts';

/** Which letters are wanted. */
export interface LetterFilter {
  /** With or without the stack in it. */
  readonly functionName?: string;
  /** Part of the error, in whatever case. */
  readonly error?: string;
  /** So many at the most, the oldest. */
  readonly max?: number;
}

/** Which letters something is done to. */
export interface Selection extends LetterFilter {
  /** Empty for all that the filter lets through. */
  readonly ids: readonly string[];
}

/** Those of the letters that are meant, in their order. */
export function select(
  letters: readonly HeldLetter[],
  { ids, functionName, error, max }: Selection,
  stackName: string,
): readonly HeldLetter[] {
  const isMeant = ({ message, letter }: HeldLetter): boolean => {
    if (ids.length > 0 && !ids.includes(message.messageId)) return false;
    const target = targetOf(letter, stackName);
    if (functionName !== undefined && ![target, `${stackName}-${target}`].includes(functionName))
      return false;
    return error === undefined || letter.error.toLowerCase().includes(error.toLowerCase());
  };
  return letters.filter(isMeant).slice(0, max);
}
