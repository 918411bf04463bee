import { RuleEvaluationError } from './rule-error.ts';
import type { Value } from './value.ts';

/** 128 KiB of JSON, of the array that `transform` gives and of all variables of SET. Source: "transform", "SET clause". */
const MAX_BYTES = 128 * 1024;

/** What AWS IoT does with more is not documented; here the statement can't be evaluated. */
export function checkSize(values: readonly Value[], name: string): void {
  let bytes = 0;
  for (const value of values) bytes += Buffer.byteLength(JSON.stringify(value) ?? '');
  if (bytes > MAX_BYTES) throw new RuleEvaluationError(`${name} is more than 128 KiB`);
}
