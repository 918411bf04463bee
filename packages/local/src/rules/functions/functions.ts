import { createHash, randomUUID } from 'node:crypto';
import { RegexTimeoutError, withinTime } from '../../bounded-regex.ts';
import {
  absolute,
  ceil,
  compare,
  floor,
  isNumeric,
  isWhole,
  type Numeric,
  ofDouble,
  remainder,
  round,
  toDouble,
  truncateTo,
} from '../numbers.ts';
import { readJson } from '../read-json.ts';
import { RuleEvaluationError } from '../rule-error.ts';
import type { MessageContext } from '../scope.ts';
import type { AllNode, ExpressionNode } from '../syntax.ts';
import {
  checkSize,
  isArray,
  isObject,
  memberOf,
  type ObjectValue,
  toCount,
  toDecimal,
  toInt,
  toText,
  type Value,
} from '../value.ts';
import { javaRegex, replaceAllAsJava } from './java-regex.ts';

type Arguments = readonly (ExpressionNode | AllNode)[];

/** A function of AWS IoT SQL: how it is called, and what it gives. Bad values give Undefined, never an error. */
export interface FunctionDefinition {
  readonly fewest: number;
  readonly most: number;
  /** What of it does not run here. */
  readonly limits?: string;
  /** The argument that may be `*`, by its index. */
  readonly allAt?: number;
  /** Says what keeps these arguments from being run here, or Undefined. Called once, when the rule is loaded. */
  readonly check?: (args: Arguments) => string | undefined;
  /** Whether the first argument is Undefined where it can't be evaluated. */
  readonly isRescue?: boolean;
  /** What it gives where an argument is `*`, if that stands for the bytes, whatever they are. */
  readonly evaluateAll?: (message: MessageContext) => Value;
  readonly evaluate: (args: readonly Value[], message: MessageContext) => Value;
}

/** A function that AWS has and the laptop can't run: why not, and what to do. */
interface RefusedFunction {
  readonly refused: string;
}

type SqlFunction = FunctionDefinition | RefusedFunction;

/** All arguments converted to String; Undefined when one of them can't be. */
function ofTexts(count: number, evaluate: (...texts: string[]) => Value): FunctionDefinition {
  return {
    fewest: count,
    most: count,
    evaluate: (args) => {
      const texts = args.map(toText);
      return texts.every((text) => text !== undefined) ? evaluate(...texts) : undefined;
    },
  };
}

/** All arguments converted to Decimal; Undefined when one of them can't be. */
function ofDecimals(count: number, evaluate: (...numbers: Numeric[]) => Value): FunctionDefinition {
  return {
    fewest: count,
    most: count,
    evaluate: (args) => {
      const numbers = args.map(toDecimal);
      return numbers.every((number) => number !== undefined) ? evaluate(...numbers) : undefined;
    },
  };
}

/** The text of an argument that is a string literal. */
function literalText(node: ExpressionNode | AllNode | undefined): string | undefined {
  return node?.type === 'literal' && typeof node.value === 'string' ? node.value : undefined;
}

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;
const utf8 = new TextDecoder('utf-8', { fatal: true });

const checkScheme: FunctionDefinition['check'] = ([, scheme]) =>
  literalText(scheme) === 'base64' ? undefined : "its second argument must be 'base64'";

/** Codecs. Source: AWS IoT developer guide, "Functions", encode and decode. */
export const encodingFunctions: Readonly<Record<string, FunctionDefinition>> = {
  encode: {
    fewest: 2,
    most: 2,
    allAt: 0,
    evaluateAll: ({ payload }) => payload.toString('base64'),
    check: checkScheme,
    evaluate: ([value]) => {
      const text = toText(value);
      return text === undefined ? undefined : Buffer.from(text).toString('base64');
    },
  },
  decode: {
    fewest: 2,
    limits: "decode(…, 'proto', …) is refused",
    // decode(value, 'proto', …) has more; with them it reaches the check, which says what is wrong.
    most: 6,
    check: (args) => (args.length > 2 ? "only decode(value, 'base64') runs here" : checkScheme(args)),
    evaluate: ([value]) => {
      const text = toText(value);
      return text === undefined ? undefined : decode(text);
    },
  },
};

/** The JSON where the bytes are that, else their text; Null where there is none. */
function decode(text: string): Value {
  if (!base64.test(text)) return null;
  const bytes = Buffer.from(text, 'base64');
  const document = readJson(bytes);
  if (document !== undefined) return document;
  try {
    return utf8.decode(bytes);
  } catch {
    // "Returns NULL if the string cannot be decoded."
    return null;
  }
}

type Evaluate = FunctionDefinition['evaluate'];

const withoutArguments = (evaluate: Evaluate): FunctionDefinition => ({ fewest: 0, most: 0, evaluate });

/** What is known of the message and the rule. Source: AWS IoT developer guide, "Functions". */
const messageFunctions: Readonly<Record<string, FunctionDefinition>> = {
  topic: {
    fewest: 0,
    most: 1,
    evaluate: (args, { topic }) => (args.length === 0 ? topic : topicSegment(topic, args[0])),
  },
  clientid: withoutArguments((_, { clientId }) => clientId),
  principal: withoutArguments((_, { principal }) => principal),
  accountid: withoutArguments((_, { accountId }) => accountId),
  timestamp: withoutArguments((_, { timestampMs }) => timestampMs),
  traceid: withoutArguments((_, { traceId }) => traceId),
  sourceip: withoutArguments((_, { sourceIp }) => sourceIp),
  newuuid: withoutArguments(() => randomUUID()),
  rand: withoutArguments(() => Math.random()),
  sql_version: withoutArguments(() => '2016-03-23'),
};

/** `topic(n)`: the nth segment, 1 the first. */
function topicSegment(topic: string, segment: Value): Value {
  const number = toCount(segment);
  if (number === undefined || number < 1) return undefined;
  let start = 0;
  for (let passed = 1; passed < number; passed += 1) {
    start = topic.indexOf('/', start) + 1;
    if (start === 0) return undefined;
  }
  const end = topic.indexOf('/', start);
  return end === -1 ? topic.slice(start) : topic.slice(start, end);
}

const MAX_PLACES = 34;

/** "Decimal (with double precision)", as AWS has it; the imaginary and the infinite are Undefined. */
const doubleOfTwo = (compute: (first: number, second: number) => number): FunctionDefinition => ({
  ...ofDecimals(2, (first = 0, second = 0) => ofDouble(compute(toDouble(first), toDouble(second)))),
});
/** To a whole number, of as many digits as it has. */
const whole = (compute: (number: Numeric) => Numeric): FunctionDefinition =>
  ofDecimals(1, (number = 0) => compute(number));
const modulo: FunctionDefinition = {
  ...ofDecimals(2, (first = 0, second = 0) => remainder(first, second)),
};

/** Mathematics. Source: https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-functions.html */
const numberFunctions: Readonly<Record<string, FunctionDefinition>> = {
  abs: whole(absolute),
  ceil: whole(ceil),
  floor: whole(floor),
  mod: modulo,
  power: doubleOfTwo((base, exponent) => base ** exponent),
  remainder: modulo,
  round: whole(round),
  sign: whole((number) => Math.sign(compare(number, 0))),
  sqrt: ofDecimals(1, (number = 0) => ofDouble(Math.sqrt(toDouble(number)))),
  trunc: { fewest: 2, most: 2, evaluate: trunc },
};

/** "Trailing zeroes are stripped from the result." */
function trunc([value, count]: readonly Value[]): Value {
  const number = toDecimal(value);
  const places = isNumeric(count) ? toCount(count) : undefined;
  if (number === undefined || places === undefined) return undefined;
  return isWhole(number) ? floor(number) : truncateTo(number, Math.min(Math.max(places, 0), MAX_PLACES));
}

/** Regular expressions. An invalid one gives Undefined. Source: AWS IoT developer guide, "Functions". */
const patternFunctions: Readonly<Record<string, FunctionDefinition>> = {
  regexp_matches: ofPattern(2, (text, regex) => regex.test(text)),
  regexp_substr: ofPattern(2, (text, regex) => regex.exec(text)?.[0]),
  regexp_replace: ofPattern(3, (text, regex, replacement) => replaceAllAsJava(text, regex, replacement)),
};

type MatchPattern = (text: string, regex: RegExp, replacement: string) => Value;

function ofPattern(count: number, evaluate: MatchPattern): FunctionDefinition {
  return {
    ...ofTexts(count, (text = '', pattern = '', replacement = '') => {
      const compiled = javaRegex(pattern);
      if (compiled.kind !== 'regex') return undefined;
      const regex = compiled.regexFor(text);
      return bounded(regex, text, () => evaluate(text, regex, replacement));
    }),
    limits: 'expressions that Java reads and JavaScript does not are refused',
    check: ([, pattern]) => checkLiteral(literalText(pattern)),
  };
}

function bounded(regex: RegExp, text: string, evaluate: () => Value): Value {
  try {
    return withinTime(regex, text, evaluate);
  } catch (error) {
    throw error instanceof RegexTimeoutError ? new RuleEvaluationError(error.message) : error;
  }
}

function checkLiteral(pattern: string | undefined): string | undefined {
  if (pattern === undefined) return undefined;
  const compiled = javaRegex(pattern);
  switch (compiled.kind) {
    case 'regex':
      return undefined;
    case 'javaOnly':
      return `the pattern has ${compiled.construct}, which Java's engine on AWS reads and JavaScript's here does not; write it otherwise`;
    case 'invalid':
      return 'the pattern is not a regular expression that Java and JavaScript both read, and an invalid one gives Undefined; mend it';
  }
}

const MAX_PADDING = 1000;

/** Strings. Null and Undefined give Undefined. Source: AWS IoT developer guide, "Functions". */
const textFunctions: Readonly<Record<string, FunctionDefinition>> = {
  concat: { fewest: 0, most: Number.POSITIVE_INFINITY, evaluate: concat },
  lower: ofTexts(1, (text) => text.toLowerCase()),
  upper: ofTexts(1, (text) => text.toUpperCase()),
  trim: ofTexts(1, (text) => text.trim()),
  // "All leading white space (tabs and spaces)"; trim has no such words.
  ltrim: ofTexts(1, (text) => text.replace(/^[ \t]+/, '')),
  rtrim: ofTexts(1, (text) => text.slice(0, endOfBlanks(text))),
  lpad: padded((text, padding) => padding + text),
  rpad: padded((text, padding) => text + padding),
  length: ofTexts(1, (text) => text.length),
  numbytes: ofTexts(1, (text) => Buffer.byteLength(text)),
  indexof: ofTexts(2, (text, part) => text.indexOf(part)),
  startswith: ofTexts(2, (text, part) => text.startsWith(part)),
  endswith: ofTexts(2, (text, part) => text.endsWith(part)),
  replace: ofTexts(3, (text, part, replacement) => text.replaceAll(part, () => replacement)),
  substring: { fewest: 2, most: 3, evaluate: substring },
  chr: { fewest: 1, most: 1, evaluate: ([code]) => chr(toCount(code)) },
  md5: hash('md5'),
  sha1: hash('sha1'),
  sha224: hash('sha224'),
  sha256: hash('sha256'),
  sha384: hash('sha384'),
  sha512: hash('sha512'),
};

function hash(algorithm: string): FunctionDefinition {
  return ofTexts(1, (text) => createHash(algorithm).update(text).digest('hex'));
}

/** One argument stays as it is; with an array among them, all make one array; with a String, one String. */
function concat(args: readonly Value[]): Value {
  if (args.length < 2) return args[0];
  if (args.some(isArray)) return args.flat().filter((value) => value !== undefined);
  if (!args.some((value) => typeof value === 'string')) return undefined;
  const texts = args.map(toText);
  return texts.every((text) => text !== undefined) ? texts.join('') : undefined;
}

/** Pads with a number of spaces, not to a length. */
function padded(pad: (text: string, padding: string) => string): FunctionDefinition {
  return {
    fewest: 2,
    most: 2,
    evaluate: ([value, count]) => {
      const text = toText(value);
      const spaces = toCount(count);
      if (text === undefined || spaces === undefined) return undefined;
      return pad(text, ' '.repeat(Math.min(Math.max(spaces, 0), MAX_PADDING)));
    },
  };
}

/** From an index (0-based, inclusive) to an index (exclusive), both brought inside the text. */
function substring(args: readonly Value[]): Value {
  const [value, start, end] = args;
  const text = toText(value);
  const from = toCount(start);
  const to = args.length === 2 ? text?.length : toCount(end);
  if (text === undefined || from === undefined || to === undefined) return undefined;
  return text.slice(Math.max(from, 0), Math.max(to, 0));
}

/** ASCII has 128 characters. */
function chr(code: number | undefined): Value {
  return code !== undefined && code >= 0 && code <= 127 ? String.fromCharCode(code) : undefined;
}

/** Where the blanks at the end begin; a regular expression would look for them at every blank. */
function endOfBlanks(text: string): number {
  let end = text.length;
  while (text[end - 1] === ' ' || text[end - 1] === '\t') end -= 1;
  return end;
}

/** Null, Undefined and collections. Source: AWS IoT developer guide, "Functions". */
const valueFunctions: Readonly<Record<string, FunctionDefinition>> = {
  isnull: { fewest: 1, most: 1, evaluate: ([value]) => value === null },
  isundefined: { fewest: 1, most: 1, evaluate: ([value]) => value === undefined },
  nanvl: { fewest: 2, most: 2, evaluate: ([value, fallback]) => value ?? fallback },
  get_or_default: {
    fewest: 1,
    most: 2,
    isRescue: true,
    evaluate: ([value, fallback]) => value ?? fallback,
  },
  get: { fewest: 2, most: 2, allAt: 0, evaluate: ([collection, key]) => get(collection, key) },
  transform: {
    fewest: 3,
    most: 3,
    // "Parameters that switch the mode of a function … do not support variables" (SET clause).
    check: ([mode]) => (mode?.type === 'variable' ? 'its mode takes no variable; write it out' : undefined),
    evaluate: transform,
  },
};

/** No conversion of the first argument; an index is converted to Int, a key is not converted. */
function get(collection: Value, key: Value): Value {
  if (isArray(collection) || typeof collection === 'string') {
    const index = toInt(key);
    return isNumeric(index) ? collection[toDouble(index)] : undefined;
  }
  return typeof key === 'string' ? memberOf(collection, key) : undefined;
}

function transform([mode, object, array]: readonly Value[]): Value {
  if (mode !== 'enrichArray' || !isObject(object) || !isArray(array) || !array.every(isObject)) {
    return undefined;
  }
  const enriched = (array as readonly ObjectValue[]).map((element) => ({ ...element, ...object }));
  checkSize(enriched, 'the array that transform gives');
  return enriched;
}

export type Functions = ReadonlyMap<string, SqlFunction>;

const refusedFunctions: Readonly<Record<string, RefusedFunction>> = Object.fromEntries(
  [
    ...['acos', 'asin', 'atan', 'atan2', 'cos', 'cosh', 'exp', 'ln', 'log', 'sin', 'sinh', 'tan', 'tanh'],
    ...['aws_lambda', 'bitand', 'bitnot', 'bitor', 'bitxor', 'get_dynamodb', 'get_mqtt_property'],
    ...['get_registry_data', 'get_secret', 'get_thing_shadow', 'get_user_properties'],
    ...['machinelearning_predict', 'md2', 'parse_time', 'time_to_epoch'],
  ].map((name) => [name, { refused: 'the laptop does without it' }]),
);

/**
 * The functions of AWS IoT SQL, by their names in lower case.
 * Source: https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-functions.html
 */
export const functions: Functions = new Map(
  Object.entries<SqlFunction>({
    ...messageFunctions,
    ...textFunctions,
    ...patternFunctions,
    ...numberFunctions,
    ...valueFunctions,
    ...encodingFunctions,
    ...refusedFunctions,
  }),
);
