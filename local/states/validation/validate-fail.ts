import type { JsonObject } from '../json.ts';
import type { Findings } from './diagnostics.ts';
import { checkString } from './fields.ts';
import { validateExpressions } from './validate-jsonata.ts';

/** Checks the fields of a Fail that are its own. */
export function validateFail(findings: Findings, { Error: error, Cause }: JsonObject): void {
  checkString(findings.at('Error'), error);
  checkString(findings.at('Cause'), Cause);
  validateExpressions(findings.at('Error'), error);
  validateExpressions(findings.at('Cause'), Cause);
}
