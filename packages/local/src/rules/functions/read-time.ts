import { type Fields, type Reader, type Rest, readers } from './time-fields.ts';
import { type PatternPart, splitTimePattern, zoneOffsetMs } from './time-pattern.ts';

/** The letters of numbers, but for fractions of a second. */
const NUMBERS = 'yuMLdDHkhKms';

export const readLetters: readonly string[] = Object.keys(readers);

/** Says which part of a `time_to_epoch` pattern can't be run here; Undefined when all can. */
export function checkReadPattern(pattern: string): string | undefined {
  const parts = splitTimePattern(pattern);
  if (parts === undefined) return 'the pattern has an open quote; close it';
  const reserved = /[[\]{}#]/.exec(pattern.replace(/'[^']*'/g, ''))?.[0];
  if (reserved !== undefined)
    return `the pattern's ${reserved} is not supported here; quote it if it is text`;
  for (const part of parts) {
    if (part.kind === 'text') continue;
    const reader = readers[part.letter];
    if (reader === undefined) {
      return `the pattern's letter ${part.letter} is not supported here; use ${readLetters.join(' ')}`;
    }
    if (!reader.widths.includes(part.width)) {
      return `the pattern has ${part.letter.repeat(part.width)}, which is not supported here; write ${widthsOf(reader, part.letter)}`;
    }
  }
  return undefined;
}

function widthsOf({ widths }: Reader, letter: string): string {
  return widths.map((width) => letter.repeat(width)).join(', ');
}

/**
 * Reads a text into epoch milliseconds; without a zone it is UTC. Undefined where they don't fit. Each part takes what
 * it can and gives nothing back, so that a pattern of many fields takes no longer than the text is.
 */
export function readTime(text: string, pattern: string): number | undefined {
  const parts = checkReadPattern(pattern) === undefined ? splitTimePattern(pattern) : undefined;
  if (parts === undefined) return undefined;
  const fields: Fields = {
    year: 1970,
    isBeforeChrist: false,
    month: 1,
    day: 1,
    hour: 0,
    halfDay: 0,
    minute: 0,
    second: 0,
    millisecond: 0,
    zone: 'UTC',
  };
  const reserved = reservedDigits(parts);
  let position = 0;
  for (const [index, part] of parts.entries()) {
    const taken = take(part, { text, position, reserved: reserved[index] ?? 0 }, fields);
    if (taken === undefined) return undefined;
    position += taken;
  }
  return position === text.length ? epochMsOf(fields) : undefined;
}

/** Of each part, how many digits the fields of a fixed width right behind it need. */
function reservedDigits(parts: readonly PatternPart[]): readonly number[] {
  const reserved: number[] = [];
  let needed = 0;
  for (const part of parts.toReversed()) {
    reserved.push(needed);
    needed = fixedDigits(part) === undefined ? 0 : needed + (fixedDigits(part) ?? 0);
  }
  return reserved.reverse();
}

/** How many digits a part has, where that is fixed. */
function fixedDigits(part: PatternPart): number | undefined {
  if (part.kind === 'text') return undefined;
  const { letter, width } = part;
  if (letter === 'S') return width;
  if (width === 1 || !NUMBERS.includes(letter)) return undefined;
  return width > 2 && 'yuML'.includes(letter) ? undefined : width;
}

/** How many characters a part takes; Undefined where it does not fit. */
function take(part: PatternPart, rest: Rest, fields: Fields): number | undefined {
  if (part.kind === 'text') {
    const there = rest.text.slice(rest.position, rest.position + part.text.length);
    return there === part.text ? part.text.length : undefined;
  }
  const reader = readers[part.letter];
  const taken = reader?.take(rest, part.width);
  if (reader === undefined || taken === undefined) return undefined;
  return reader.read(taken, fields) ? taken.length : undefined;
}

function epochMsOf(fields: Fields): number | undefined {
  const date = dateOf(fields);
  if (date === undefined) return undefined;
  const { hour, halfDay, minute, second, millisecond, zone } = fields;
  // 24:00 is the next day's beginning, and there is no 24:01.
  if (hour === 24 && minute + second + millisecond > 0) return undefined;
  const wallMs = date.setUTCHours(hour + halfDay, minute, second, millisecond);

  const guess = zoneOffsetMs(zone, wallMs);
  if (guess === undefined) return undefined;
  // The offset is that of the instant, which the offset makes: right after a second look, but in a gap.
  const offset = zoneOffsetMs(zone, wallMs - guess);
  return offset === undefined ? undefined : wallMs - offset;
}

/**
 * Undefined for a day that its year does not have, or that is another day of the week. A day that its month does not
 * have is the last that it has: "the smart mode will ensure that the day-of-month is from 1 to 31, converting any value
 * beyond the last valid day-of-month to be the last valid day-of-month" (java.time.format.ResolverStyle).
 */
function dateOf({ year, isBeforeChrist, month, day, dayOfYear, weekday }: Fields): Date | undefined {
  const date = new Date(0);
  const fullYear = isBeforeChrist ? 1 - year : year;
  if (dayOfYear === undefined) {
    const lastDay = new Date(date.setUTCFullYear(fullYear, month, 0)).getUTCDate();
    date.setUTCFullYear(fullYear, month - 1, Math.min(day, lastDay));
  } else {
    date.setUTCFullYear(fullYear, 0, dayOfYear);
    if (date.getUTCFullYear() !== fullYear) return undefined;
  }
  return (weekday ?? date.getUTCDay()) === date.getUTCDay() ? date : undefined;
}
