import type { Undocumented } from '../support/undocumented.ts';

/** Of rules. */
export interface UndocumentedOfRules extends Undocumented {
  /** The page that does not say. */
  readonly page: string;
}

const TYPES = 'iot-sql-data-types';
const OPERATORS = 'iot-sql-operators';
const FUNCTIONS = 'iot-sql-functions';
const VERSIONS = 'iot-rule-sql-version';

/** Each is decided once, here; an answer of AWS IoT's own to any of it settles it. */
export const undocumented: readonly UndocumentedOfRules[] = [
  {
    page: OPERATORS,
    name: 'AND, OR',
    decision:
      'true OR x is true, and false AND x is false, also where x is Undefined or no Boolean; else Undefined',
    reason:
      'the text has "true if either the left or the right operands are true", the tables no row for a Boolean beside another type, and rules in production rely on isUndefined(x) OR x <> y',
  },
  {
    page: OPERATORS,
    name: '/',
    decision: 'The quotient of two Ints has its decimal places',
    reason: 'the table says "Int value", but the example of SET gives 23.89 for (75 - 32) * 5 / 9',
  },
  {
    page: OPERATORS,
    name: 'precedence',
    decision:
      'OR, AND, NOT, comparisons, + and -, then *, / and %, and the sign, from the weakest to the strongest',
    reason: "it is SQL's; the guide has none",
  },
  {
    page: TYPES,
    name: 'rounding to 34 digits',
    decision: 'Half goes to even',
    reason: 'decimals of 34 digits are rounded so by IEEE 754 and by Java',
  },
  {
    page: TYPES,
    name: 'numbers beyond 9.999…E999',
    decision: 'Undefined; in an array of the payload Null, so that the others keep their places',
    reason: 'the type has no such numbers, and Undefined is what has no value',
  },
  {
    page: TYPES,
    name: 'numbers below 1E-999',
    decision: '0',
    reason: 'it is the nearest number that the type has',
  },
  {
    page: TYPES,
    name: 'Decimals as text',
    decision: 'As Java writes them: E+21 in upper case, from 1E-7 down and from 35 digits up',
    reason: 'the page says "possibly in scientific notation"',
  },
  {
    page: 'iot-sql-where',
    name: 'WHERE with a text',
    decision: 'The text "true" does not select',
    reason:
      'the page asks for a Boolean, and only operands of AND, OR and NOT are documented to be converted',
  },
  {
    page: 'iot-sql-json',
    name: '* of what is no object',
    decision:
      'The payload as it is, also where other items stand beside it; with an empty payload, those items',
    reason:
      '"If you have an empty or a JSON payload, … data added": of bytes, the page does not say what becomes of the data',
  },
  {
    page: 'iot-sql-json',
    name: '* with AS',
    decision: "An object with the payload by that name; of a payload that is not JSON it can't be evaluated",
    reason: 'the examples of the DynamoDB actions have SELECT * AS message, and no page says more',
  },
  {
    page: 'iot-sql-nested-queries',
    name: 'nested SELECT from *',
    decision: 'From the payload itself, for one that is an array',
    reason: "AWS's samples for batches of log events have it, and no page does",
  },
  {
    page: 'iot-basic-ingest',
    name: "FROM '$aws/rules/…'",
    decision: 'Taken, and reads nothing: Basic Ingest alone reaches such a rule, whatever comes after FROM',
    reason: '"rules cannot subscribe to Basic Ingest reserved topics", and many that are deployed have it',
  },
  {
    page: 'iot-sql-reference',
    name: 'FROM in double quotes, or none',
    decision: 'As in single ones',
    reason: 'texts have both, rules that are deployed have all three, and the page on JSON has FROM topic/#',
  },
  {
    page: 'iot-sql-json',
    name: 'an alias that is there already',
    decision: 'The later value stays; a dotted alias goes into a copy of the object',
    reason: 'JSON has no key twice, and the payload is not changed',
  },
  {
    page: 'iot-sql-literals',
    name: 'backslashes in texts',
    decision: 'They stand for themselves; a text has the quotes that do not enclose it',
    reason: 'no page has escapes, and examples of regular expressions have single backslashes',
  },
  {
    page: 'iot-sql-nested-queries',
    name: 'nested SELECT from an object',
    decision: 'What is selected from the object, and no array; from anything else Undefined',
    reason: 'the third example of transform does so',
  },
  {
    page: 'iot-sql-set',
    name: 'more than 128 KiB of variables, or from transform',
    decision: "The statement can't be evaluated, which is logged; no action runs",
    reason: 'the limits are documented, what happens is not',
  },
  {
    page: VERSIONS,
    name: 'arrays and nested objects in 2015-10-08',
    decision: "As in 2016-03-23, but for an array as the whole result, which can't be evaluated",
    reason: 'the page says that 2016-03-23 fixed them, and not what was broken',
  },
  {
    page: FUNCTIONS,
    name: 'bitnot',
    decision: 'The complement of the Int: bitnot(13) is -14',
    reason: 'the example says 2, the complement of four bits, and the table speaks of Ints',
  },
  {
    page: FUNCTIONS,
    name: 'concat',
    decision: 'concat(1) is 1; without a text or an array, two and more arguments are Undefined',
    reason: 'the example says "1", the table "returned unmodified", and nothing says the rest',
  },
  {
    page: FUNCTIONS,
    name: 'get',
    decision: 'get("abc", 1) is "b"',
    reason: 'the example says "a", the table "0-based"',
  },
  {
    page: FUNCTIONS,
    name: 'get(*, key)',
    decision:
      'A key of the payload, for names with hyphens or spaces; inside of a nested SELECT, of the element',
    reason: 'people who run rules on AWS tell of it and have it in statements and templates; no page does',
  },
  {
    page: FUNCTIONS,
    name: 'cast',
    decision: 'A String casts to itself',
    reason: 'the row has the text of the cast to Boolean',
  },
  {
    page: FUNCTIONS,
    name: 'trim',
    decision: 'Takes off all white space of Unicode; ltrim and rtrim spaces and tabs',
    reason: '"tabs and spaces" stands with ltrim alone',
  },
  {
    page: FUNCTIONS,
    name: 'indexof',
    decision: '-1 where the text is not there',
    reason: "it is Java's; the page does not say",
  },
  {
    page: FUNCTIONS,
    name: 'length',
    decision: 'Counts UTF-16 units, two for an emoji',
    reason: "they are Java's characters; the page does not say",
  },
  {
    page: FUNCTIONS,
    name: 'an answer that does not come',
    decision:
      'aws_lambda, get_dynamodb, get_thing_shadow and get_registry_data end the rule where the service fails or has no such thing, but in get_or_default; no item is Undefined',
    reason: '"fails" stands beside Undefined on the page of get_or_default',
  },
  {
    page: FUNCTIONS,
    name: 'time_to_epoch',
    decision:
      'Names of months and days are read by their case, and values out of range are Undefined, but for days up to 31, which are the last of their month',
    reason: "that is Java's formatter unless it is told otherwise",
  },
  {
    page: 'binary-payloads',
    name: 'names in a payload that is not JSON',
    decision: 'Undefined',
    reason: "the page says that they can't be used, and not what happens",
  },
  {
    page: 'cwl-format',
    name: 'FunctionExecution',
    decision: "ruleAction is the function's name, such as GetThingShadow; resources has what was asked for",
    reason: 'the example is of MachinelearningPredict alone',
  },
];
