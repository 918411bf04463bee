import { dayNames, monthNames } from './time-pattern.ts';

const [ZERO, NINE] = [0x30, 0x39];

/** What was read so far; months and days count from 1. */
export interface Fields {
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
  /** How much of the text, from there on, is the field's; Undefined where it has none of it. */
  readonly take: (rest: Rest, width: number) => string | undefined;
  readonly read: (text: string, fields: Fields) => void;
}

/** A text from a position on. */
export interface Rest {
  readonly text: string;
  readonly position: number;
  /** As many digits belong to fields of a fixed width that follow without anything between. */
  readonly reserved: number;
}

/** The end of the digits that begin there. */
function endOfDigits(text: string, start: number): number {
  let end = start;
  while (text.charCodeAt(end) >= ZERO && text.charCodeAt(end) <= NINE) end += 1;
  return end;
}

/** As many digits. */
function fixed({ text, position }: Rest, width: number): string | undefined {
  return endOfDigits(text, position) - position < width ? undefined : text.slice(position, position + width);
}

/** As many digits or more: all that no field of a fixed width needs, as Java's "adjacent value parsing" has it. */
function atLeast({ text, position, reserved }: Rest, width: number): string | undefined {
  const end = endOfDigits(text, position) - reserved;
  return end - position < width ? undefined : text.slice(position, end);
}

const digits: Reader['take'] = (rest, width) => (width === 1 ? atLeast(rest, 1) : fixed(rest, width));

function matching(pattern: RegExp): Reader['take'] {
  const here = new RegExp(pattern.source, 'iy');
  return ({ text, position }) => {
    here.lastIndex = position;
    return here.exec(text)?.[0];
  };
}

function oneOf(all: readonly string[]): Reader['take'] {
  const [long, short] = [all, all.map((name) => name.slice(0, 3))].map((names) =>
    matching(new RegExp(names.join('|'))),
  );
  return (rest, width) => (width > 3 ? long : short)?.(rest, width);
}

const indexOfName = (all: readonly string[], text: string): number =>
  all.findIndex((name) => name.slice(0, 3).toLowerCase() === text.slice(0, 3).toLowerCase());
const numeric = (set: (value: number, fields: Fields) => void): Reader => ({
  take: digits,
  read: (text, fields) => set(Number(text), fields),
});

const year: Reader = {
  take: (rest, width) => (width === 2 ? fixed(rest, width) : atLeast(rest, width)),
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
  take: matching(/[A-Za-z][A-Za-z_/]*(?:[+-]\d{1,2}(?::?\d{2})?)?|[+-]\d{2}:?\d{2}/),
  read: (text, fields) => {
    fields.zone = text;
  },
};
const [monthName, dayName] = [oneOf(monthNames), oneOf(dayNames)];

/** The letters of Java's DateTimeFormatter that can be read here, in English. */
export const readers: Readonly<Record<string, Reader>> = {
  y: year,
  u: year,
  M: {
    take: (rest, width) => (width > 2 ? monthName : digits)(rest, width),
    read: (text, fields) => {
      fields.month = /^\d/.test(text) ? Number(text) : indexOfName(monthNames, text) + 1;
    },
  },
  d: numeric((value, fields) => {
    fields.day = value;
  }),
  E: { take: dayName, read: () => undefined },
  a: {
    take: matching(/AM|PM/),
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
    take: fixed,
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
