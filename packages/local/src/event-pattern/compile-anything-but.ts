import { compileWildcard } from './compile-wildcard.ts';
import { PatternError } from './pattern-error.ts';

type Test = (value: unknown) => boolean;
type TextTest = (text: string) => boolean;

/** What `anything-but` may exclude besides values, each with a text or a list of them. */
const EXCLUSIONS: ReadonlyMap<string, (text: string, path: string) => TextTest> = new Map([
  ['equals-ignore-case', equalsIgnoringCase],
  ['prefix', (part: string, path: string) => affix(part, path, (text) => text.startsWith(part))],
  ['suffix', (part: string, path: string) => affix(part, path, (text) => text.endsWith(part))],
  ['wildcard', compileWildcard],
]);

/**
 * Compiles `anything-but`, which holds for a value that is there and is none of those. With `operators`, it also
 * takes an operator over texts, which nothing but texts can match. Throws {@link PatternError}.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#eb-filtering-anything-but
 */
export function compileAnythingBut(argument: unknown, path: string, operators = false): Test {
  if (operators && typeof argument === 'object' && argument !== null && !Array.isArray(argument)) {
    return compileExclusion(argument, `${path}: anything-but`);
  }
  const excluded: readonly unknown[] = Array.isArray(argument) ? argument : [argument];
  const isUsable = (value: unknown) => typeof value === 'string' || typeof value === 'number';
  if (excluded.length === 0 || !excluded.every(isUsable)) {
    throw new PatternError(`${path}: anything-but must be a text, a number, or a list of them`);
  }
  const values = new Set<unknown>(excluded);
  return (value) => !values.has(value);
}

function compileExclusion(argument: object, path: string): Test {
  const [entry, ...others] = Object.entries(argument);
  const compile = EXCLUSIONS.get(entry?.[0] ?? '');
  if (entry === undefined || compile === undefined || others.length > 0) {
    throw new PatternError(`${path} takes one of the operators ${[...EXCLUSIONS.keys()].join(', ')}`);
  }
  const [operator, operand] = entry;
  const texts: readonly unknown[] = Array.isArray(operand) ? operand : [operand];
  if (texts.length === 0) throw new PatternError(`${path}: ${operator} must not be an empty list`);
  const tests = texts.map((text) => {
    if (typeof text === 'string') return compile(text, path);
    throw new PatternError(`${path}: ${operator} must be a text or a list of texts`);
  });
  return (value) => !(typeof value === 'string' && tests.some((test) => test(value)));
}

function equalsIgnoringCase(excluded: string): TextTest {
  const folded = excluded.toLowerCase();
  return (text) => text.toLowerCase() === folded;
}

/** Every text begins and ends with the empty one. */
function affix(part: string, path: string, test: TextTest): TextTest {
  if (part === '') throw new PatternError(`${path} must not exclude the empty text`);
  return test;
}
