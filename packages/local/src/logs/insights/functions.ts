import { numberOf, Timestamp, textOf, truthOf, type Value } from './value.ts';

/** A function of Logs Insights that takes values and gives one. */
export interface FunctionDefinition {
  /** How many arguments it takes. */
  readonly arity: readonly [min: number, max: number];
  evaluate(args: readonly Value[], nowMs: number): Value;
}

const MANY = Number.POSITIVE_INFINITY;

const present = (value: Value): value is Exclude<Value, undefined> => value !== undefined;
const text = (value: Value): string => (value === undefined ? '' : textOf(value));

/** Of one number; what is no number gives nothing. */
function numeric(calculate: (number: number) => number): FunctionDefinition {
  return {
    arity: [1, 1],
    evaluate([value]) {
      const number = numberOf(value);
      const result = number === undefined ? undefined : calculate(number);
      return Number.isFinite(result) ? result : undefined;
    },
  };
}

/** Of the numbers among its arguments: AWS's own samples write `greatest(@initDuration, 0)` for what may not be there. */
function extreme(pick: (...numbers: number[]) => number): FunctionDefinition {
  return {
    arity: [1, MANY],
    evaluate(args) {
      const numbers = args.map(numberOf).filter((number) => number !== undefined);
      return numbers.length === 0 ? undefined : pick(...numbers);
    },
  };
}

/** Of a text; what is not there gives nothing. */
function textual(
  arity: FunctionDefinition['arity'],
  evaluate: (subject: string, ...others: readonly Value[]) => Value,
): FunctionDefinition {
  return {
    arity,
    evaluate: ([subject, ...others]) =>
      subject === undefined ? undefined : evaluate(textOf(subject), ...others),
  };
}

function trimmed(text_: string, characters: Value, sides: 'both' | 'start' | 'end'): string {
  const taken = new Set(characters === undefined ? ' \t\r\n\f\v' : textOf(characters));
  const units = [...text_];
  let start = 0;
  let end = units.length;
  while (sides !== 'end' && start < end && taken.has(units[start] ?? '')) start += 1;
  while (sides !== 'start' && end > start && taken.has(units[end - 1] ?? '')) end -= 1;
  return units.slice(start, end).join('');
}

/** `substr(text, start, length?)`, in characters, from 0. */
function substring(subject: string, start: Value, length: Value): Value {
  const from = numberOf(start);
  if (from === undefined || from < 0) return undefined;
  const count = length === undefined ? MANY : (numberOf(length) ?? 0);
  return [...subject].slice(from, from + count).join('');
}

const milliseconds = (value: Value): Value => (value instanceof Timestamp ? value.ms : undefined);

function fromMillis(value: Value): Value {
  const ms = numberOf(value);
  const isTime = ms !== undefined && !Number.isNaN(new Date(ms).getTime());
  return isTime ? new Timestamp(Math.trunc(ms)) : undefined;
}

/**
 * By name in lower case. Source: CloudWatch Logs user guide, "Boolean, comparison, numeric, datetime, and other
 * functions".
 */
export const functions: ReadonlyMap<string, FunctionDefinition> = new Map<string, FunctionDefinition>([
  ['abs', numeric(Math.abs)],
  ['ceil', numeric(Math.ceil)],
  ['floor', numeric(Math.floor)],
  ['log', numeric(Math.log)],
  ['sqrt', numeric(Math.sqrt)],
  ['greatest', extreme(Math.max)],
  ['least', extreme(Math.min)],
  ['now', { arity: [0, 0], evaluate: (_, nowMs) => Math.floor(nowMs / 1000) }],
  ['frommillis', { arity: [1, 1], evaluate: ([value]) => fromMillis(value) }],
  ['tomillis', { arity: [1, 1], evaluate: ([value]) => milliseconds(value) }],
  ['ispresent', { arity: [1, 1], evaluate: ([value]) => truthOf(present(value)) }],
  ['coalesce', { arity: [1, MANY], evaluate: (values) => values.find(present) }],
  ['isempty', { arity: [1, 1], evaluate: ([value]) => truthOf(text(value) === '') }],
  ['isblank', { arity: [1, 1], evaluate: ([value]) => truthOf(text(value).trim() === '') }],
  ['concat', { arity: [1, MANY], evaluate: (values) => values.map(text).join('') }],
  ['trim', textual([1, 2], (subject, characters) => trimmed(subject, characters, 'both'))],
  ['ltrim', textual([1, 2], (subject, characters) => trimmed(subject, characters, 'start'))],
  ['rtrim', textual([1, 2], (subject, characters) => trimmed(subject, characters, 'end'))],
  ['strlen', textual([1, 1], (subject) => [...subject].length)],
  ['toupper', textual([1, 1], (subject) => subject.toUpperCase())],
  ['tolower', textual([1, 1], (subject) => subject.toLowerCase())],
  ['substr', textual([2, 3], substring)],
  [
    'replace',
    textual([3, 3], (subject, search, other) => subject.replaceAll(text(search), () => text(other))),
  ],
  ['strcontains', textual([2, 2], (subject, search) => truthOf(subject.includes(text(search))))],
]);
