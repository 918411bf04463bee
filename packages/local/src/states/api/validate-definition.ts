import type { JsonObject } from '../json.ts';
import { definitionDiagnostics } from './definition-request.ts';
import { MAX_DEFINITION_LENGTH } from './machine-request.ts';
import { invalid, optionalEnum, optionalNumber, optionalText } from './request.ts';

/** The default, and the most that are told. Source: API reference, ValidateStateMachineDefinition, `maxResults`. */
const MAX_DIAGNOSTICS = 100;

/** ValidateStateMachineDefinition. */
export function validateStateMachineDefinition(request: JsonObject): object {
  const text = optionalText(request, 'definition', { max: MAX_DEFINITION_LENGTH });
  if (text === undefined) throw invalid('definition', 'Member must not be null');
  const type = optionalEnum(request, 'type', ['STANDARD', 'EXPRESS'] as const);
  const level = optionalEnum(request, 'severity', ['ERROR', 'WARNING'] as const) ?? 'ERROR';
  const limits = { min: 0, max: MAX_DIAGNOSTICS, isInteger: true };
  const asked = optionalNumber(request, 'maxResults', limits) ?? 0;
  const most = asked === 0 ? MAX_DIAGNOSTICS : asked;
  const found = definitionDiagnostics(text, type);
  const told = level === 'WARNING' ? found : found.filter(({ severity }) => severity === 'ERROR');
  return {
    result: found.some(({ severity }) => severity === 'ERROR') ? 'FAIL' : 'OK',
    diagnostics: told.slice(0, most),
    truncated: told.length > most,
  };
}
