import { dayNames, monthNames } from './time-pattern.ts';

const [ZERO, NINE] = [0x30, 0x39];

/** What was read so far; months and days count from 1. */
export interface Fields {
  year: number;
  isBeforeChrist: boolean;
  month: number;
  day: number;
  /** In place of month and day. */
  dayOfYear?: number;
  /** 0 is Sunday. */
  weekday?: number;
  hour: number;
  halfDay: number;
  minute: number;
  second: number;
  millisecond: number;
  zone: string;
}

export interface Reader {
  /** How often the letter may stand in a row, of what Java takes. */
  readonly widths: readonly number[];
  /** How much of the text, from there on, is the field's; Undefined where it has none of it. */
  readonly take: (rest: Rest, width: number) => string | undefined;
  /** False for what no such field may be. */
  readonly read: (text: string, fields: Fields) => boolean;
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
  const here = new RegExp(pattern.source, 'y');
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

const upTo = (most: number): readonly number[] => Array.from({ length: most }, (_, index) => index + 1);

const indexOfName = (all: readonly string[], text: string): number =>
  all.findIndex((name) => name.slice(0, 3) === text.slice(0, 3));

type Set = (value: number, fields: Fields) => void;

const numeric = (least: number, most: number, set: Set): Reader => ({
  widths: upTo(String(most).length),
  take: digits,
  read: (text, fields) => {
    const value = Number(text);
    set(value, fields);
    return value >= least && value <= most;
  },
});

const year: Reader = {
  widths: upTo(19),
  take: (rest, width) => (width === 2 ? fixed(rest, width) : atLeast(rest, width)),
  // DateTimeFormatter takes two digits for 2000 to 2099.
  read: (text, fields) => {
    fields.year = text.length === 2 ? 2000 + Number(text) : Number(text);
    return true;
  },
};
const setHour: Set = (value, fields) => {
  fields.hour = value;
};
const setHourOf12: Set = (value, fields) => {
  fields.hour = value % 12;
};
const [monthName, dayName] = [oneOf(monthNames), oneOf(dayNames)];
const month: Reader = {
  widths: upTo(4),
  take: (rest, width) => (width > 2 ? monthName : digits)(rest, width),
  read: (text, fields) => {
    fields.month = /^\d/.test(text) ? Number(text) : indexOfName(monthNames, text) + 1;
    return fields.month >= 1 && fields.month <= 12;
  },
};
const readZone: Reader['read'] = (text, fields) => {
  fields.zone = text;
  return true;
};
const zoneId = matching(/[A-Za-z][A-Za-z_/]*(?:[+-]\d{1,2}(?::?\d{2})?)?|[+-]\d{2}:?\d{2}/);

/** By how often the letter is written. */
const OFFSETS = [/[+-]\d{2}(?:\d{2})?/, /[+-]\d{4}/, /[+-]\d{2}:\d{2}/] as const;
const [hours, hoursAndMinutes, withColon] = OFFSETS.map(matching);
const [hoursOrZ, hoursAndMinutesOrZ, withColonOrZ] = OFFSETS.map((form) =>
  matching(new RegExp(`Z|${form.source}`)),
);

type Takes = readonly (Reader['take'] | undefined)[];
const offset = (takes: Takes): Reader => ({
  widths: upTo(takes.length),
  take: (rest, width) => takes[width - 1]?.(rest, width),
  read: readZone,
});

/** The letters of Java's DateTimeFormatter that can be read here, in English. */
export const readers: Readonly<Record<string, Reader>> = {
  G: {
    widths: upTo(3),
    take: matching(/AD|BC/),
    read: (text, fields) => {
      fields.isBeforeChrist = text === 'BC';
      return true;
    },
  },
  y: year,
  u: year,
  M: month,
  L: month,
  d: numeric(1, 31, (value, fields) => {
    fields.day = value;
  }),
  D: numeric(1, 366, (value, fields) => {
    fields.dayOfYear = value;
  }),
  E: {
    widths: upTo(4),
    take: dayName,
    read: (text, fields) => {
      fields.weekday = indexOfName(dayNames, text);
      return true;
    },
  },
  a: {
    widths: [1],
    take: matching(/AM|PM/),
    read: (text, fields) => {
      fields.halfDay = text === 'PM' ? 12 : 0;
      return true;
    },
  },
  H: numeric(0, 24, setHour),
  k: numeric(0, 24, (value, fields) => setHour(value % 24, fields)),
  h: numeric(0, 12, setHourOf12),
  K: numeric(0, 11, setHourOf12),
  m: numeric(0, 59, (value, fields) => {
    fields.minute = value;
  }),
  s: numeric(0, 59, (value, fields) => {
    fields.second = value;
  }),
  S: {
    widths: upTo(9),
    take: fixed,
    read: (text, fields) => {
      fields.millisecond = Number(text.padEnd(3, '0').slice(0, 3));
      return true;
    },
  },
  V: { widths: [2], take: zoneId, read: readZone },
  z: { widths: upTo(4), take: zoneId, read: readZone },
  Z: offset([hoursAndMinutes, hoursAndMinutes, hoursAndMinutes]),
  X: offset([hoursOrZ, hoursAndMinutesOrZ, withColonOrZ]),
  x: offset([hours, hoursAndMinutes, withColon]),
};
