import { DEFAULT_QUERY_LANGUAGE, type ExecutionType } from '../definition.ts';
import { isJsonObject } from '../json.ts';
import type { Diagnostic } from './diagnostics.ts';
import { Findings } from './diagnostics.ts';
import { checkInteger, checkQueryLanguage, checkString, languageOf, refuseUnknownFields } from './fields.ts';
import { validateExpressResources } from './validate-express-resources.ts';
import { validateStates } from './validate-states.ts';

const MACHINE_FIELDS = ['Comment', 'StartAt', 'States', 'Version', 'QueryLanguage', 'TimeoutSeconds'];

/**
 * Checks a definition of a machine of a type, already parsed, against the Amazon States Language and against what this
 * runtime runs: the integrations with services of the endpoint. Returns what is wrong, the first thing first; empty
 * when all is well.
 */
export function validateStateMachine(
  definition: unknown,
  type: ExecutionType = 'STANDARD',
): readonly Diagnostic[] {
  const findings = new Findings([], '', 'The state machine', DEFAULT_QUERY_LANGUAGE);
  if (!isJsonObject(definition)) {
    return [{ code: 'SCHEMA_VALIDATION_FAILED', message: 'Definition must be a valid JSON object' }];
  }
  refuseUnknownFields(findings, definition, MACHINE_FIELDS);
  const { QueryLanguage, TimeoutSeconds, Comment, Version } = definition;
  checkQueryLanguage(findings.at('QueryLanguage'), QueryLanguage);
  const queryLanguage = languageOf(QueryLanguage, DEFAULT_QUERY_LANGUAGE);
  if (TimeoutSeconds !== undefined) {
    checkInteger(findings.at('TimeoutSeconds'), TimeoutSeconds, { min: 1, max: 99_999_999 });
  }
  checkString(findings.at('Comment'), Comment);
  checkString(findings.at('Version'), Version);
  validateExpressResources(findings, definition, type === 'EXPRESS');
  const outerVariables: ReadonlySet<string> = new Set();
  const within = { outerVariables, queryLanguage, owner: type } as const;
  validateStates(findings, definition, { names: new Set(), labels: new Set(), ...within });
  return findings.list;
}
