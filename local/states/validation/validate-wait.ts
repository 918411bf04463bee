import type { JsonObject } from '../json.ts';
import { isTimestamp } from '../timestamp.ts';
import { MAX_WAIT_SECONDS } from '../wait.ts';
import type { Findings } from './diagnostics.ts';
import { checkIntegerOf, checkValueOf, isGiven, referable } from './fields.ts';

/** Checks the fields of a Wait that are its own. */
export function validateWait(findings: Findings, state: JsonObject): void {
  if (isGiven(state, referable(findings, 'Seconds')) === isGiven(state, referable(findings, 'Timestamp'))) {
    findings.add("a Wait needs either 'Seconds' or 'Timestamp', and not both");
  }
  checkIntegerOf(findings, state, 'Seconds', { min: 0, max: MAX_WAIT_SECONDS });
  checkValueOf(findings, state, 'Timestamp', (own, value) => {
    if (!isTimestamp(value)) own.tell('String does not match RFC3339 timestamp');
  });
}
