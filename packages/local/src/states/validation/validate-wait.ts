import type { JsonObject } from '../json.ts';
import { isTimestamp } from '../timestamp.ts';
import { MAX_WAIT_SECONDS } from '../wait.ts';
import { checkValueOf } from './computed-fields.ts';
import type { Findings } from './diagnostics.ts';
import { checkInteger } from './fields.ts';

/** Checks the fields of a Wait that are its own. */
export function validateWait(findings: Findings, state: JsonObject): void {
  findings.oneOf(state, ['SecondsPath', 'Seconds', 'TimestampPath', 'Timestamp']);
  checkValueOf(findings, state, 'Seconds', (own, value) =>
    checkInteger(own, value, { min: 0, max: MAX_WAIT_SECONDS }),
  );
  checkValueOf(findings, state, 'Timestamp', (own, value) => {
    if (!isTimestamp(value)) own.tell('String does not match RFC3339 timestamp');
  });
}
