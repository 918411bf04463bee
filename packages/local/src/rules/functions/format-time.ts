import {
  dayNames,
  monthNames,
  type PatternPart,
  splitTimePattern,
  zoneName,
  zoneOffsetMs,
} from './time-pattern.ts';

/** An instant on a wall clock: a UTC date shifted by the zone's offset, to be read with getUTC… */
interface WallTime {
  readonly date: Date;
  readonly epochMs: number;
  readonly zone: string;
  readonly offsetMs: number;
}

type Format = (time: WallTime, width: number) => string;

const number = (value: number, width: number): string => String(value).padStart(width, '0');
const yearText = (value: number, width: number): string =>
  width === 2 ? number(value % 100, 2) : number(value, width);
const year: Format = ({ date }, width) => yearText(date.getUTCFullYear(), width);
const yearOfEra = (date: Date): number => {
  const value = date.getUTCFullYear();
  return value > 0 ? value : 1 - value;
};
const name = (names: readonly string[], index: number, width: number): string =>
  width > 3 ? (names[index] ?? '') : (names[index] ?? '').slice(0, 3);

const DAY_MS = 86_400_000;

/** Of ISO 8601: a week is the year's that has its Thursday. */
function isoWeek(date: Date): { readonly year: number; readonly week: number } {
  const thursday = new Date(date.getTime() + (4 - (date.getUTCDay() || 7)) * DAY_MS);
  const year = thursday.getUTCFullYear();
  return { year, week: Math.floor((thursday.getTime() - Date.UTC(year, 0)) / DAY_MS / 7) + 1 };
}

/** The letters of Joda-Time's DateTimeFormat. */
const formats: Readonly<Record<string, Format>> = {
  G: ({ date }) => (date.getUTCFullYear() > 0 ? 'AD' : 'BC'),
  C: ({ date }, width) => number(Math.floor(yearOfEra(date) / 100), width),
  x: ({ date }, width) => yearText(isoWeek(date).year, width),
  w: ({ date }, width) => number(isoWeek(date).week, width),
  y: year,
  Y: ({ date }, width) => yearText(yearOfEra(date), width),
  M: ({ date }, width) =>
    width > 2 ? name(monthNames, date.getUTCMonth(), width) : number(date.getUTCMonth() + 1, width),
  d: ({ date }, width) => number(date.getUTCDate(), width),
  D: ({ date }, width) =>
    number(Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0)) / DAY_MS) + 1, width),
  e: ({ date }, width) => number(date.getUTCDay() === 0 ? 7 : date.getUTCDay(), width),
  E: ({ date }, width) => name(dayNames, date.getUTCDay(), width),
  a: ({ date }) => (date.getUTCHours() < 12 ? 'AM' : 'PM'),
  H: ({ date }, width) => number(date.getUTCHours(), width),
  k: ({ date }, width) => number(date.getUTCHours() === 0 ? 24 : date.getUTCHours(), width),
  K: ({ date }, width) => number(date.getUTCHours() % 12, width),
  h: ({ date }, width) => number(date.getUTCHours() % 12 === 0 ? 12 : date.getUTCHours() % 12, width),
  m: ({ date }, width) => number(date.getUTCMinutes(), width),
  s: ({ date }, width) => number(date.getUTCSeconds(), width),
  S: ({ date }, width) => number(date.getUTCMilliseconds(), 3).padEnd(width, '0').slice(0, width),
  z: ({ zone, epochMs }, width) => zoneName(zone, epochMs, width > 3 ? 'long' : 'short') ?? zone,
  Z: ({ zone, offsetMs }, width) => (width > 2 ? zone : offsetText(offsetMs, width === 2)),
};

export const formatLetters: readonly string[] = Object.keys(formats);

/** Says which part of a `parse_time` pattern can't be run here; Undefined when all can. */
export function checkFormatPattern(pattern: string): string | undefined {
  const parts = splitTimePattern(pattern);
  if (parts === undefined) return 'the pattern has an open quote; close it';
  const unknown = parts.find((part) => part.kind === 'field' && formats[part.letter] === undefined);
  return unknown?.kind === 'field'
    ? `the pattern's letter ${unknown.letter} is not supported here; use ${formatLetters.join(' ')}`
    : undefined;
}

/**
 * Formats epoch milliseconds, as Joda-Time does in English. Undefined for a pattern, a time or a zone that is none.
 */
export function formatTime(pattern: string, epochMs: number, zone: string): string | undefined {
  const parts = checkFormatPattern(pattern) === undefined ? splitTimePattern(pattern) : undefined;
  const offsetMs = zoneOffsetMs(zone, epochMs);
  if (parts === undefined || offsetMs === undefined) return undefined;
  const date = new Date(epochMs + offsetMs);
  if (Number.isNaN(date.getTime())) return undefined;
  const time = { date, epochMs, zone, offsetMs };
  return parts.map((part) => formatPart(part, time)).join('');
}

function formatPart(part: PatternPart, time: WallTime): string {
  return part.kind === 'text' ? part.text : (formats[part.letter]?.(time, part.width) ?? '');
}

function offsetText(offsetMs: number, withColon: boolean): string {
  const minutes = Math.abs(offsetMs) / 60_000;
  const hours = number(Math.floor(minutes / 60), 2);
  return `${offsetMs < 0 ? '-' : '+'}${hours}${withColon ? ':' : ''}${number(minutes % 60, 2)}`;
}
