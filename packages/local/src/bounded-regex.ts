import { createContext, Script } from 'node:vm';

/** A regular expression has taken too long over a text. */
export class RegexTimeoutError extends Error {
  override readonly name = 'RegexTimeoutError';
}

const TIMEOUT_MS = 1_000;
/** As many steps take some tens of milliseconds at most. */
const FEW_STEPS = 2 ** 24;

/** What makes an expression try again: quantifiers and alternatives, outside of classes. */
const CHOICES = /[*+?{|]/g;
/** A group that is repeated may make as many tries as there are ways to cut the text. */
const REPEATED_GROUP = /\)[*+?{]/;
/** Behind a backslash: what was found is looked for again, in as many steps as it is long. */
const BACK_REFERENCE = /[1-9k]/;

const context: Record<string, unknown> = createContext({ run: undefined });
const script = new Script('run()');

/**
 * Runs what matches a text against an expression. Whoever wrote the expression may not know that it takes twice as
 * long with each further character, and nothing else happens in this process meanwhile: where that can be, it is
 * watched, which costs some tenths of a millisecond.
 * @throws RegexTimeoutError after a second
 */
export function withinTime<T>(regex: RegExp, text: string, run: () => T): T {
  if (isQuick(regex, text.length)) return run();
  context['run'] = run;
  try {
    return script.runInContext(context, { timeout: TIMEOUT_MS }) as T;
  } catch (error) {
    if (Object(error).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    throw new RegexTimeoutError(
      `the regular expression /${regex.source}/ takes more than ${TIMEOUT_MS / 1_000} s; make it simpler`,
    );
  }
}

const degrees = new WeakMap<RegExp, number>();

/** With `n` choices that are not nested, an expression takes `length` to the power of `n + 1` steps at most. */
function isQuick(regex: RegExp, length: number): boolean {
  const degree = degrees.get(regex) ?? degreeOf(regex);
  degrees.set(regex, degree);
  return length ** degree <= FEW_STEPS;
}

function degreeOf({ source }: RegExp): number {
  const unescaped = source.replace(/\\([\s\S])/g, (_, escaped) => (BACK_REFERENCE.test(escaped) ? '|' : 'x'));
  const outside = unescaped.replace(/\[[^\]]*\]/g, 'x');
  if (REPEATED_GROUP.test(outside)) return Number.POSITIVE_INFINITY;
  return (outside.match(CHOICES)?.length ?? 0) + 1;
}
