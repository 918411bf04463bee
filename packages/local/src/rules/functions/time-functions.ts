import { toCount, toText, type Value } from '../value.ts';
import { type FunctionDefinition, literalText, ofTexts } from './definition.ts';
import { checkFormatPattern, formatLetters, formatTime } from './format-time.ts';
import { checkReadPattern, readLetters, readTime } from './read-time.ts';

/** Time. Source: AWS IoT developer guide, "Functions", parse_time and time_to_epoch. */
export const timeFunctions: Readonly<Record<string, FunctionDefinition>> = {
  parse_time: {
    fewest: 2,
    most: 3,
    since: '2016-03-23',
    limits: `in English, with the letters ${formatLetters.join(' ')}`,
    check: ([pattern]) => checked(literalText(pattern), checkFormatPattern),
    evaluate: parseTime,
  },
  time_to_epoch: {
    ...ofTexts(2, (text = '', pattern = '') => readTime(text, pattern)),
    since: '2016-03-23',
    limits: `in English, with the letters ${readLetters.join(' ')}`,
    check: ([, pattern]) => checked(literalText(pattern), checkReadPattern),
  },
};

function parseTime(args: readonly Value[]): Value {
  const pattern = toText(args[0]);
  const epochMs = toCount(args[1]);
  const zone = args.length === 2 ? 'UTC' : toText(args[2]);
  return pattern === undefined || epochMs === undefined || zone === undefined
    ? undefined
    : formatTime(pattern, epochMs, zone);
}

function checked(
  pattern: string | undefined,
  check: (pattern: string) => string | undefined,
): string | undefined {
  return pattern === undefined ? undefined : check(pattern);
}
