import { UsageError } from './errors.ts';

/** The options of a command line. The readers throw `UsageError`. */
export interface Values {
  flag(name: string): boolean;
  text(name: string): string | undefined;
  /** Of an option that may be given several times, in this order. */
  texts(name: string): readonly string[];
  /** Above zero; whole when `isWhole`. */
  number(name: string, options?: { readonly isWhole?: boolean }): number | undefined;
}

export function createValues(raw: Readonly<Record<string, unknown>>): Values {
  const filled = (name: string, value: unknown): string => {
    if (typeof value !== 'string' || value.trim() === '') throw new UsageError(`--${name} needs a value.`);
    return value;
  };
  const text = (name: string): string | undefined => {
    const value = raw[name];
    return value === undefined ? undefined : filled(name, value);
  };
  return {
    flag: (name) => raw[name] === true,
    text,
    texts: (name) => [raw[name] ?? []].flat().map((value) => filled(name, value)),
    number(name, { isWhole = false } = {}) {
      const value = text(name);
      if (value === undefined) return undefined;
      const number = Number(value);
      const isGood = Number.isFinite(number) && number > 0 && (!isWhole || Number.isSafeInteger(number));
      if (isGood) return number;
      const kind = isWhole ? 'whole number' : 'number';
      throw new UsageError(`--${name} ${value} is not a ${kind} above zero: give one such as 10.`);
    },
  };
}
