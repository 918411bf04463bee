import type { JsonObject } from '../json.ts';
import type { Findings } from './diagnostics.ts';
import { checkString } from './fields.ts';
import { validateExpressions } from './validate-jsonata.ts';
import { checkExpression } from './validate-paths.ts';

/** Checks the fields of a Fail that are its own. */
export function validateFail(findings: Findings, state: JsonObject): void {
  for (const name of ['Error', 'Cause']) {
    checkString(findings.at(name), state[name]);
    if (findings.language === 'JSONata') validateExpressions(findings.at(name), state[name]);
    else checkComputed(findings, name, state);
  }
}

function checkComputed(findings: Findings, name: string, state: JsonObject): void {
  const pathName = `${name}Path`;
  if (state[pathName] === undefined) return;
  checkExpression(findings.at(pathName), pathName, state[pathName]);
  findings.atMostOneOf(state, [name, pathName]);
}
