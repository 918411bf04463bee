import { RefusedLetter } from '../errors.ts';

type Test = (value: unknown) => boolean;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Compiles the pattern of an event source mapping's filter, as far as filters of tables' streams need it: values,
 * `exists`, `prefix` and `anything-but`. Throws `RefusedLetter` for any other, since records that the function is
 * not made for must not get to it.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
 */
export function compileFilter(pattern: unknown): Test {
  if (!isObject(pattern)) throw refused('is not a JSON object');
  const tests = Object.entries(pattern).map(([name, entry]): Test => {
    const test = Array.isArray(entry) ? compileList(entry) : compileFilter(entry);
    return (value) => test(isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined);
  });
  return (value) => tests.every((test) => test(value));
}

const refused = (what: string) =>
  new RefusedLetter(`The filter of the function's mapping ${what}, which devicectl cannot apply`);

/** One of the list has to hold. */
function compileList(list: readonly unknown[]): Test {
  const tests = list.map(compileEntry);
  return (value) => tests.some((test) => test(value));
}

function compileEntry(entry: unknown): Test {
  if (!isObject(entry)) return (value) => value === entry;
  const [operator, argument] = Object.entries(entry)[0] ?? [];
  // Only leaves exist: an object is there by what is in it.
  if (operator === 'exists') return (value) => (value !== undefined && !isObject(value)) === argument;
  if (operator === 'prefix' && typeof argument === 'string') {
    return (value) => typeof value === 'string' && value.startsWith(argument);
  }
  if (operator === 'anything-but' && !isObject(argument)) {
    const excluded: readonly unknown[] = [argument].flat();
    return (value) => value !== undefined && !isObject(value) && !excluded.includes(value);
  }
  throw refused(`has the operator ${operator}`);
}
