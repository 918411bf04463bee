import type { JsonObject } from '../json.ts';
import { expressionIn } from '../jsonata.ts';
import { isTimestamp } from '../timestamp.ts';
import { MAX_WAIT_SECONDS } from '../wait.ts';
import type { Findings } from './diagnostics.ts';
import { checkIntegerOrExpression } from './fields.ts';
import { validateExpressions } from './validate-jsonata.ts';

/** Checks the fields of a Wait that are its own. */
export function validateWait(findings: Findings, { Seconds, Timestamp }: JsonObject): void {
  if ((Seconds === undefined) === (Timestamp === undefined)) {
    findings.add("a Wait needs either 'Seconds' or 'Timestamp', and not both");
  }
  if (Seconds !== undefined) {
    checkIntegerOrExpression(findings.at('Seconds'), Seconds, { min: 0, max: MAX_WAIT_SECONDS });
  }
  if (Timestamp === undefined) return;
  if (typeof Timestamp === 'string' && expressionIn(Timestamp) !== undefined) {
    validateExpressions(findings.at('Timestamp'), Timestamp);
  } else if (!isTimestamp(Timestamp)) {
    findings.at('Timestamp').tell('String does not match RFC3339 timestamp');
  }
}
