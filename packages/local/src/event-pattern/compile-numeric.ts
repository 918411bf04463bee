import { PatternError } from './pattern-error.ts';

const COMPARISONS: ReadonlyMap<unknown, (value: number, bound: number) => boolean> = new Map([
  ['=', (value: number, bound: number) => value === bound],
  ['<', (value: number, bound: number) => value < bound],
  ['<=', (value: number, bound: number) => value <= bound],
  ['>', (value: number, bound: number) => value > bound],
  ['>=', (value: number, bound: number) => value >= bound],
]);

/**
 * Compiles `numeric`: one comparison, or two that bound a range. DynamoDB's numbers are texts in stream records, so
 * that it matches none of them. Throws {@link PatternError}.
 */
export function compileNumeric(argument: unknown, path: string): (value: unknown) => boolean {
  const parts: readonly unknown[] = Array.isArray(argument) ? argument : [];
  if (parts.length !== 2 && parts.length !== 4) {
    throw new PatternError(`${path}: numeric must be a list such as [">", 0] or [">=", 0, "<", 10]`);
  }
  const comparisons = [parts.slice(0, 2), parts.slice(2)].filter(({ length }) => length > 0);
  const tests = comparisons.map(([symbol, bound]) => compileComparison(symbol, bound, path));
  return (value) => typeof value === 'number' && tests.every((test) => test(value));
}

function compileComparison(symbol: unknown, bound: unknown, path: string): (value: number) => boolean {
  const compare = COMPARISONS.get(symbol);
  if (compare === undefined || typeof bound !== 'number') {
    throw new PatternError(
      `${path}: numeric compares by ${[...COMPARISONS.keys()].join(', ')} with a number`,
    );
  }
  return (value) => compare(value, bound);
}
