import type { ExecutionType } from '../definition.ts';
import { isJsonObject } from '../json.ts';
import type { Diagnostic } from './diagnostics.ts';
import { Findings } from './diagnostics.ts';
import { checkInteger, checkString, refuseUnknownFields } from './fields.ts';
import { validateExpressResources } from './validate-express-resources.ts';
import { validateStates } from './validate-states.ts';

const MACHINE_FIELDS = ['Comment', 'StartAt', 'States', 'Version', 'QueryLanguage', 'TimeoutSeconds'];

/**
 * Checks a definition of a machine of a type, already parsed, against the Amazon States Language and against what this
 * runtime runs: JSONata, and the integrations with services of the endpoint. Returns what is wrong, the first thing first; empty
 * when all is well.
 */
export function validateStateMachine(
  definition: unknown,
  type: ExecutionType = 'STANDARD',
): readonly Diagnostic[] {
  const findings = new Findings([], '', 'The state machine');
  if (!isJsonObject(definition)) {
    return [{ code: 'SCHEMA_VALIDATION_FAILED', message: 'Definition must be a valid JSON object' }];
  }
  refuseUnknownFields(findings, definition, MACHINE_FIELDS);
  const { QueryLanguage, TimeoutSeconds, Comment, Version } = definition;
  if (QueryLanguage !== 'JSONata') {
    findings
      .at('QueryLanguage')
      .add(
        "JSONPath machines are not run here; set 'QueryLanguage' to 'JSONata' at the top of the definition",
      );
    return findings.list;
  }
  if (TimeoutSeconds !== undefined) {
    checkInteger(findings.at('TimeoutSeconds'), TimeoutSeconds, { min: 1, max: 99_999_999 });
  }
  checkString(findings.at('Comment'), Comment);
  checkString(findings.at('Version'), Version);
  validateExpressResources(findings, definition, type === 'EXPRESS');
  const outerVariables: ReadonlySet<string> = new Set();
  validateStates(findings, definition, { names: new Set(), labels: new Set(), outerVariables, owner: type });
  return findings.list;
}
