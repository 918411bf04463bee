import { dayNames, monthNames, type PatternPart, splitTimePattern, zoneOffsetMs } from './time-pattern.ts';

/** What was read so far; months and days count from 1. */
interface Fields {
  year: number;
  month: number;
  day: number;
  hour: number;
  halfDay: number;
  minute: number;
  second: number;
  millisecond: number;
  zone: string;
}

interface Reader {
  /** The regular expression of the text. */
  readonly shape: (width: number) => string;
  readonly read: (text: string, fields: Fields) => void;
}

const digits = (width: number): string => (width === 1 ? '\\d+' : `\\d{${width}}`);
const names = (all: readonly string[], width: number): string =>
  all.map((name) => (width > 3 ? name : name.slice(0, 3))).join('|');
const indexOfName = (all: readonly string[], text: string): number =>
  all.findIndex((name) => name.slice(0, 3).toLowerCase() === text.slice(0, 3).toLowerCase());
const numeric = (set: (value: number, fields: Fields) => void): Reader => ({
  shape: digits,
  read: (text, fields) => set(Number(text), fields),
});

const year: Reader = {
  shape: (width) => (width === 2 ? '\\d{2}' : `\\d{${width},}`),
  // DateTimeFormatter takes two digits for 2000 to 2099.
  read: (text, fields) => {
    fields.year = text.length === 2 ? 2000 + Number(text) : Number(text);
  },
};
const hour = numeric((value, fields) => {
  fields.hour = value % 24;
});
const hourOfHalfDay = numeric((value, fields) => {
  fields.hour = value % 12;
});
const zone: Reader = {
  shape: () => '[A-Za-z][A-Za-z_/]*(?:[+-]\\d{1,2}(?::?\\d{2})?)?|[+-]\\d{2}:?\\d{2}|Z',
  read: (text, fields) => {
    fields.zone = text;
  },
};

/** The letters of Java's DateTimeFormatter that can be read here, in English. */
const readers: Readonly<Record<string, Reader>> = {
  y: year,
  u: year,
  M: {
    shape: (width) => (width > 2 ? names(monthNames, width) : digits(width)),
    read: (text, fields) => {
      fields.month = /^\d/.test(text) ? Number(text) : indexOfName(monthNames, text) + 1;
    },
  },
  d: numeric((value, fields) => {
    fields.day = value;
  }),
  E: { shape: (width) => names(dayNames, width), read: () => undefined },
  a: {
    shape: () => 'AM|PM',
    read: (text, fields) => {
      fields.halfDay = text.toUpperCase() === 'PM' ? 12 : 0;
    },
  },
  H: hour,
  k: hour,
  h: hourOfHalfDay,
  K: hourOfHalfDay,
  m: numeric((value, fields) => {
    fields.minute = value;
  }),
  s: numeric((value, fields) => {
    fields.second = value;
  }),
  S: {
    shape: (width) => `\\d{${width}}`,
    read: (text, fields) => {
      fields.millisecond = Number(text.padEnd(3, '0').slice(0, 3));
    },
  },
  V: zone,
  z: zone,
  Z: zone,
  X: zone,
  x: zone,
};

/** Says which part of a `time_to_epoch` pattern can't be run here; Undefined when all can. */
export function checkReadPattern(pattern: string): string | undefined {
  const parts = splitTimePattern(pattern);
  if (parts === undefined) return 'the pattern has an open quote; close it';
  const unknown = parts.find((part) => part.kind === 'field' && readers[part.letter] === undefined);
  return unknown?.kind === 'field'
    ? `the pattern's letter ${unknown.letter} is not supported here; use ${Object.keys(readers).join(' ')}`
    : undefined;
}

/** Reads a text into epoch milliseconds; without a zone it is UTC. Undefined where they don't fit. */
export function readTime(text: string, pattern: string): number | undefined {
  const parts = checkReadPattern(pattern) === undefined ? splitTimePattern(pattern) : undefined;
  const match = parts === undefined ? null : new RegExp(`^${parts.map(shapeOf).join('')}$`, 'i').exec(text);
  if (parts === undefined || match === null) return undefined;
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
  const fieldParts = parts.filter((part) => part.kind === 'field');
  for (const [index, part] of fieldParts.entries())
    readers[part.letter]?.read(match[index + 1] ?? '', fields);
  return epochMsOf(fields);
}

function shapeOf(part: PatternPart): string {
  if (part.kind === 'text') return part.text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return `(${readers[part.letter]?.shape(part.width) ?? ''})`;
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
