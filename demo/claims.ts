import { AssertionError } from 'node:assert';
import { inspect } from 'node:util';

/** A claim does not hold, which has been said. */
export class ClaimError extends Error {
  override readonly name = 'ClaimError';
}

export interface Claims {
  /** How many hold so far. */
  readonly count: number;
  /** Says what is so, once it has been checked. Throws {@link ClaimError} for an assertion that fails. */
  claim(text: string, check: () => void): void;
}

function showValue(label: string, value: unknown): string {
  const [first = '', ...more] = inspect(value, { depth: null, breakLength: 100 }).split('\n');
  return [`      ${label} ${first}`, ...more.map((line) => `      ${' '.repeat(label.length)} ${line}`)].join(
    '\n',
  );
}

/** Claims that are said with `say`, line by line. */
export function createClaims(say: (line: string) => void): Claims {
  let count = 0;
  return {
    get count() {
      return count;
    },
    claim(text, check) {
      try {
        check();
      } catch (error) {
        if (!(error instanceof AssertionError)) throw error;
        say(`  ✗ ${text}`);
        say(showValue('expected', error.expected));
        say(showValue('actual  ', error.actual));
        throw new ClaimError(text, { cause: error });
      }
      count += 1;
      say(`  ✓ ${text}`);
    },
  };
}
