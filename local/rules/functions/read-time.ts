import { type Fields, type Rest, readers } from './time-fields.ts';
import { type PatternPart, splitTimePattern, zoneOffsetMs } from './time-pattern.ts';

/** The letters of numbers, but for fractions of a second. */
const NUMBERS = 'yuMdHkhKms';

export const readLetters: readonly string[] = Object.keys(readers);

/** Says which part of a `time_to_epoch` pattern can't be run here; Undefined when all can. */
export function checkReadPattern(pattern: string): string | undefined {
  const parts = splitTimePattern(pattern);
  if (parts === undefined) return 'the pattern has an open quote; close it';
  const unknown = parts.find((part) => part.kind === 'field' && readers[part.letter] === undefined);
  return unknown?.kind === 'field'
    ? `the pattern's letter ${unknown.letter} is not supported here; use ${readLetters.join(' ')}`
    : undefined;
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
  return width > 2 && 'yuM'.includes(letter) ? undefined : width;
}

/** How many characters a part takes; Undefined where it does not fit. */
function take(part: PatternPart, rest: Rest, fields: Fields): number | undefined {
  if (part.kind === 'text') {
    const there = rest.text.slice(rest.position, rest.position + part.text.length);
    return there.toLowerCase() === part.text.toLowerCase() ? part.text.length : undefined;
  }
  const reader = readers[part.letter];
  const taken = reader?.take(rest, part.width);
  if (taken === undefined) return undefined;
  reader?.read(taken, fields);
  return taken.length;
}

function epochMsOf(fields: Fields): number | undefined {
  const { year: fullYear, month, day, minute, second, millisecond } = fields;
  const wall = new Date(0);
  wall.setUTCFullYear(fullYear, month - 1, day);
  // A day that the month does not have rolls over; Java refuses it.
  if (wall.getUTCMonth() !== month - 1 || wall.getUTCDate() !== day) return undefined;
  wall.setUTCHours(fields.hour + fields.halfDay, minute, second, millisecond);

  const guess = zoneOffsetMs(fields.zone, wall.getTime());
  if (guess === undefined) return undefined;
  // The offset is that of the instant, which the offset makes: right after a second look, but in a gap.
  const offset = zoneOffsetMs(fields.zone, wall.getTime() - guess);
  return offset === undefined ? undefined : wall.getTime() - offset;
}
