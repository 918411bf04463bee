import type { Json } from '../json.ts';

/** An intrinsic function of payload templates. */
export interface IntrinsicFunction {
  readonly name: string;
  /** How many arguments it takes. */
  readonly min: number;
  readonly max: number;
  /** `sources` are the texts of literals, as they were escaped. Throws {@link IntrinsicArgumentError}. */
  readonly run: (args: readonly Json[], sources: readonly (string | undefined)[]) => Json;
}

/** An argument that a function does not take. */
export class IntrinsicArgumentError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'IntrinsicArgumentError';
  }
}

export function arrayIn(value: Json | undefined): readonly Json[] {
  if (Array.isArray(value)) return value;
  throw new IntrinsicArgumentError(`an array is needed, and not ${JSON.stringify(value)}`);
}

export function stringIn(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  throw new IntrinsicArgumentError(`a string is needed, and not ${JSON.stringify(value)}`);
}

/** What is not whole is rounded to the nearest integer, halves up. */
export function integerIn(value: Json | undefined): number {
  if (typeof value === 'number') return Math.round(value);
  throw new IntrinsicArgumentError(`a number is needed, and not ${JSON.stringify(value)}`);
}
