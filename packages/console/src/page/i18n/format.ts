import { locale } from './locale.ts';

// Of the page's language, and of the browser's time zone.
const cached = <T>(create: (language: string) => T) => {
  const made = new Map<string, T>();
  return (): T => {
    const language = locale.value;
    const known = made.get(language) ?? create(language);
    made.set(language, known);
    return known;
  };
};

const numbers = cached((language) => new Intl.NumberFormat(language));
const rates = cached((language) => new Intl.NumberFormat(language, { maximumSignificantDigits: 3 }));
const percents = cached(
  (language) => new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 }),
);
const dollars = cached(
  (language) =>
    new Intl.NumberFormat(language, { style: 'currency', currency: 'USD', maximumFractionDigits: 2 }),
);
const dateTimes = cached(
  (language) => new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' }),
);
const days = cached((language) => new Intl.DateTimeFormat(language, { month: 'short', day: 'numeric' }));
const times = cached((language) => new Intl.DateTimeFormat(language, { timeStyle: 'medium' }));
const clocks = cached((language) => new Intl.DateTimeFormat(language, { timeStyle: 'short' }));

export const formatNumber = (value: number): string => numbers().format(value);
/** With three digits that count: `1,230`, `12.3`. */
export const formatRate = (value: number): string => rates().format(value);
/** `share`: 0 to 1. */
export const formatPercent = (share: number): string => percents().format(share);
export const formatUsd = (value: number): string => dollars().format(value);
/** Of epoch milliseconds, as are the two that follow. */
export const formatDateTime = (atMs: number): string => dateTimes().format(atMs);
export const formatDay = (atMs: number): string => days().format(atMs);
export const formatTime = (atMs: number): string => times().format(atMs);
/** Without seconds. */
export const formatClock = (atMs: number): string => clocks().format(atMs);

const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;

const units = new Map<string, Intl.NumberFormat>();

function unitFormat(unit: string): Intl.NumberFormat {
  const key = `${locale.value}/${unit}`;
  const format =
    units.get(key) ?? new Intl.NumberFormat(locale.value, { style: 'unit', unit, unitDisplay: 'long' });
  units.set(key, format);
  return format;
}

/** The two largest units: `29 days 4 hours`. `seconds`: not negative. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const first = UNITS.findIndex(([, size]) => whole >= size);
  if (first < 0) return unitFormat('second').format(0);
  let rest = whole;
  return UNITS.slice(first, first + 2)
    .map(([unit, size]) => {
      const count = Math.floor(rest / size);
      rest -= count * size;
      return [unit, count] as const;
    })
    .filter(([, count]) => count > 0)
    .map(([unit, count]) => unitFormat(unit).format(count))
    .join(' ');
}

/** A number of days, which may have a fraction, likewise: `1 day 12 hours`. */
export const formatDays = (days: number): string => formatDuration(days * 86_400);

const MAX_FINE_SECONDS = 10;

/** How long something took: what is short with a fraction, `0.03 seconds`, `2.4 seconds`. */
export function formatTook(seconds: number): string {
  if (seconds >= MAX_FINE_SECONDS) return formatDuration(seconds);
  return unitFormat('second').format(Number(Math.max(0, seconds).toFixed(seconds < 1 ? 2 : 1)));
}

/** `1.2 MB`. */
export function formatBytes(bytes: number): string {
  const names = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
  const power = Math.min(names.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const options = {
    style: 'unit',
    unit: names[power],
    unitDisplay: 'short',
    maximumSignificantDigits: 3,
  } as const;
  return new Intl.NumberFormat(locale.value, options).format(bytes / 1_000 ** power);
}
