/** A point in time, as `@timestamp` and `bin` give it: shown as a date, counted with as epoch milliseconds. */
export class Timestamp {
  readonly ms: number;

  constructor(ms: number) {
    this.ms = ms;
  }
}

/**
 * What an expression comes to. Fields that are discovered in the logs are text, numbers among them: what reads as a
 * number counts as one. Truth is 1 or 0, as AWS shows it. Undefined is what is not there.
 */
export type Value = string | number | Timestamp | undefined;

const NUMBER = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/;

/** The number that a value is or reads as. */
export function numberOf(value: Value): number | undefined {
  if (typeof value === 'number') return value;
  if (value instanceof Timestamp) return value.ms;
  return value !== undefined && NUMBER.test(value) ? Number(value) : undefined;
}

const MAX_DECIMALS = 4;

/** As a result shows it: `2026-01-02 03:04:05.678`, at most four decimals for what was computed. */
export function textOf(value: Exclude<Value, undefined>): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(Number(value.toFixed(MAX_DECIMALS)));
  return new Date(value.ms).toISOString().replace('T', ' ').replace('Z', '');
}

/** Of a condition: 1 or 0. */
export const truthOf = (condition: boolean): Value => (condition ? 1 : 0);

export function isTrue(value: Value): boolean {
  const number = numberOf(value);
  return number !== undefined && number !== 0;
}
