import { AwsError } from '../../aws.ts';
import { isTooDeepJson } from '../../protocol/json.ts';
import type { ExecutionType } from '../definition.ts';
import type { Diagnostic } from '../validation/diagnostics.ts';
import { validateStateMachine } from '../validation/validate-state-machine.ts';

/** What is wrong with the text of a definition. */
export interface DefinitionDiagnostic {
  readonly severity: 'ERROR' | 'WARNING';
  readonly code: Diagnostic['code'] | 'INVALID_JSON_DESCRIPTION';
  readonly message: string;
  readonly location?: string;
}

/** Checks the text of a definition; empty when all is well. */
export function definitionDiagnostics(text: string, type?: ExecutionType): readonly DefinitionDiagnostic[] {
  if (isTooDeepJson(text)) {
    const message = 'The definition is nested too deeply';
    return [{ severity: 'ERROR', code: 'SCHEMA_VALIDATION_FAILED', message, location: '/' }];
  }
  let definition: unknown;
  try {
    definition = text === '' ? undefined : JSON.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return [{ severity: 'ERROR', code: 'INVALID_JSON_DESCRIPTION', message }];
  }
  return validateStateMachine(definition, type).map((diagnostic) => ({ severity: 'ERROR', ...diagnostic }));
}

/** Throws `InvalidDefinition`, with what is wrong as AWS tells it. */
export function requireValidDefinition(text: string, type: ExecutionType): void {
  const errors = definitionDiagnostics(text, type).filter(({ severity }) => severity === 'ERROR');
  if (errors.length > 0) throw invalidDefinition(errors);
}

/** The error of a definition that is not valid, as AWS tells what is wrong. */
export function invalidDefinition(errors: readonly Omit<DefinitionDiagnostic, 'severity'>[]): AwsError {
  const told = errors.map(
    ({ code, message, location }) =>
      `${code}: ${message.replace(/\.$/, '')}${location === undefined ? '' : ` at ${location}`}`,
  );
  return new AwsError('InvalidDefinition', `Invalid State Machine Definition: '${told.join(', ')}'`);
}
