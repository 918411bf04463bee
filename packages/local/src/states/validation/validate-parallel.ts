import { isJsonObject, type JsonObject } from '../json.ts';
import type { Findings } from './diagnostics.ts';
import { refuseUnknownFields } from './fields.ts';
import type { ValidateContainer } from './validate-container.ts';

/** Checks the branches of a Parallel. */
export function validateParallel(
  findings: Findings,
  { Branches }: JsonObject,
  validateContainer: ValidateContainer,
): void {
  if (!Array.isArray(Branches) || Branches.length === 0) {
    findings.at('Branches').add("'Branches' must be an array of at least one branch");
    return;
  }
  for (const [index, branch] of Branches.entries()) {
    const own = findings.at('Branches').item(index);
    if (!isJsonObject(branch)) {
      own.add('a branch must be an object');
      continue;
    }
    refuseUnknownFields(own, branch, ['StartAt', 'States', 'Comment']);
    validateContainer(own, branch);
  }
}
