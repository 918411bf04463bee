/** One part of a date pattern: a letter and how often it is repeated, or text that stands for itself. */
export type PatternPart =
  | { readonly kind: 'field'; readonly letter: string; readonly width: number }
  | { readonly kind: 'text'; readonly text: string };

/**
 * Splits a pattern of Joda-Time's DateTimeFormat or of Java's DateTimeFormatter, which quote alike: letters are
 * fields, `'text'` is text, `''` a quote. Undefined when a quote is left open.
 */
export function splitTimePattern(pattern: string): readonly PatternPart[] | undefined {
  const parts: PatternPart[] = [];
  for (const match of pattern.matchAll(/([A-Za-z])\1*|''|'((?:[^']|'')*)'|[^A-Za-z']+|'/g)) {
    const [all, letter, quoted] = match;
    if (all === "'") return undefined;
    if (letter !== undefined) parts.push({ kind: 'field', letter, width: all.length });
    else if (all === "''") parts.push({ kind: 'text', text: "'" });
    else parts.push({ kind: 'text', text: (quoted ?? all).replaceAll("''", "'") });
  }
  return parts;
}

export const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

export const dayNames = [
  'Sunday',
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
] as const;

const fixedOffset = /^(?:UTC|GMT|UT)?([+-])(\d{1,2})(?::?(\d{2}))?$/;
/** Of java.time.ZoneOffset. */
const MAX_OFFSET_MINUTES = 18 * 60;

/** How far a zone is ahead of UTC at an instant, in milliseconds. Undefined for a zone that is none. */
export function zoneOffsetMs(zone: string, epochMs: number): number | undefined {
  if (zone === 'UTC' || zone === 'Z' || zone === 'GMT') return 0;
  const fixed = fixedOffset.exec(zone);
  if (fixed !== null) return fixedOffsetMs(fixed);
  const name = zonePart(zone, epochMs, 'longOffset');
  return name === undefined ? undefined : name === 'GMT' ? 0 : zoneOffsetMs(name, epochMs);
}

function fixedOffsetMs([, sign, hours, minutes = '0']: RegExpExecArray): number | undefined {
  const total = Number(hours) * 60 + Number(minutes);
  if (total > MAX_OFFSET_MINUTES || Number(minutes) > 59) return undefined;
  return (sign === '-' ? -total : total) * 60_000;
}

/** Locales where people write a zone's abbreviation that Americans don't: CET, AEST, IST, SAST, JST. */
const LOCALES = ['en-US', 'en-GB', 'en-AU', 'en-IN', 'en-ZA', 'ja'];

/** The zone's name at an instant, in English: `CST`, or `Central Standard Time`. */
export function zoneName(zone: string, epochMs: number, length: 'short' | 'long'): string | undefined {
  if (length === 'long') return zonePart(zone, epochMs, length);
  const names = LOCALES.map((locale) => zonePart(zone, epochMs, length, locale));
  return names.find((name) => name !== undefined && !/^GMT[+-]/.test(name)) ?? names[0];
}

type ZoneStyle = 'short' | 'long' | 'longOffset';

/** Making one takes some tens of microseconds. */
const formatters = new Map<string, Intl.DateTimeFormat>();
const MAX_FORMATTERS = 200;

/** Throws `RangeError` for a zone that is none. */
function formatterOf(timeZone: string, timeZoneName: ZoneStyle, locale: string): Intl.DateTimeFormat {
  const key = `${locale} ${timeZoneName} ${timeZone}`;
  const known = formatters.get(key);
  if (known !== undefined) return known;
  if (formatters.size >= MAX_FORMATTERS) formatters.clear();
  const made = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName });
  formatters.set(key, made);
  return made;
}

function zonePart(zone: string, epochMs: number, style: ZoneStyle, locale = 'en-US'): string | undefined {
  try {
    const parts = formatterOf(zone, style, locale).formatToParts(epochMs);
    return parts.find(({ type }) => type === 'timeZoneName')?.value;
  } catch {
    // A RangeError: there is no such zone, or no such time.
    return undefined;
  }
}
